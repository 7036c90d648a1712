"""The demo household: a contractor, a family member, a stranger from next door, two homes.

What billing and the operator would do on AWS, done with the rights of the account's root: people
get logins, the directory gets homes and contracts, the claim certificate that is in every box is
made.
"""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from iot.policies import CLAIM_POLICY, template_name
from lambdas.shared.aws.directory import Directory
from lambdas.shared.household import Contract, ContractContact, Home, Member

if TYPE_CHECKING:
    from local.cloud import LocalCloud

PASSWORD = "Mimamori-2026!"
HANAKO, TARO, STRANGER = "hanako@family.example", "taro@family.example", "jiro@next-door.example"
HOME, OTHER_HOME = "home-sakura", "home-next-door"


def seed(cloud: "LocalCloud") -> dict[str, Any]:
    """Fill the cloud; what a person or a script needs to use it."""
    hanako, taro, stranger = (login(cloud, mail) for mail in (HANAKO, TARO, STRANGER))
    started = cloud.now() - timedelta(days=30)
    contract = Contract(
        id="contract-sakura",
        product="anshin_partner",
        features=frozenset({"room-watch", "photo-collection", "home-check"}),
        limits={"camera": 3},
        starts=started,
    )
    publish(
        cloud,
        Home(
            id=HOME,
            name="さくら台の家",
            members=(
                Member(person=hanako, role="contractor", name="佐藤 花子", email=HANAKO),
                Member(person=taro, role="watcher", name="佐藤 太郎", email=TARO),
            ),
            contracts=(contract,),
        ),
    )
    publish(
        cloud,
        Home(
            id=OTHER_HOME,
            name="となりの家",
            members=(Member(person=stranger, role="contractor", name="鈴木 次郎", email=STRANGER),),
            contracts=(
                contract.model_copy(
                    update={"id": "contract-next-door", "features": frozenset({"room-watch"})}
                ),
            ),
        ),
    )
    return {
        "home": HOME,
        "other_home": OTHER_HOME,
        "password": PASSWORD,
        "contractor": HANAKO,
        "family": TARO,
        "stranger": STRANGER,
        "claim": _claim(cloud),
        "template": template_name("camera"),
    }


def login(cloud: "LocalCloud", mail: str) -> str:
    """A login with the demo's password; its subject."""
    pool = cloud.outputs["MimamoriApi.UserPoolId"]
    cognito = cloud.client("cognito-idp")
    try:
        user = cognito.admin_create_user(
            UserPoolId=pool,
            Username=mail,
            MessageAction="SUPPRESS",
            UserAttributes=[
                {"Name": "email", "Value": mail},
                {"Name": "email_verified", "Value": "true"},
            ],
        )["User"]["Attributes"]
    except cognito.exceptions.UsernameExistsException:  # kept from the last run
        user = cognito.admin_get_user(UserPoolId=pool, Username=mail)["UserAttributes"]
    cognito.admin_set_user_password(
        UserPoolId=pool, Username=mail, Password=PASSWORD, Permanent=True
    )
    return str(next(a["Value"] for a in user if a["Name"] == "sub"))


def publish(cloud: "LocalCloud", home: Home) -> None:
    """Write down a home with its people, contracts and contacts, as billing would."""
    directory = Directory(cloud.outputs["MimamoriData.DirectoryTable"], cloud.table)
    directory.publish_home(home)
    for contractor in (one for one in home.members if one.role == "contractor"):
        to = {"person": contractor.person, "name": contractor.name, "email": contractor.email}
        for contract in home.contracts:
            directory.publish_contact(ContractContact(contract=contract.id, **to), None)


def _claim(cloud: "LocalCloud") -> dict[str, str]:
    """The claim certificate: its files."""
    folder = cloud.ca_file.parent / "claim"
    certificate, key = folder / "certificate.pem", folder / "private.key"
    if not certificate.exists():
        folder.mkdir(exist_ok=True)
        iot = cloud.client("iot")
        made = iot.create_keys_and_certificate(setAsActive=True)
        iot.attach_policy(policyName=CLAIM_POLICY, target=made["certificateArn"])
        certificate.write_text(made["certificatePem"])
        key.touch(mode=0o600)
        key.write_text(made["keyPair"]["PrivateKey"])
    return {"certificate": str(certificate), "key": str(key)}
