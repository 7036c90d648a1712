"""What is kept of contracts and money is disclosed; of it, the law leaves little to be erased. A
person's login goes with them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lambdas.billing.app.login_service import delete_login
from lambdas.billing.contract.sharding import shard_of
from lambdas.shared.aws.personal_data_service import PersonalDataSettings, listener
from lambdas.shared.personal_data import Subject
from lambdas.shared.settings import load


class ContractDataSettings(PersonalDataSettings):
    """What the function needs."""

    user_pool: str


def shards(subject: Subject, _table: Any) -> Mapping[str, Sequence[str]]:
    """The shards in which the subject's contracts lie."""
    return {"shard": sorted({shard_of(contract) for contract in subject.contracts})}


def logins(subject: Subject) -> Mapping[str, int]:
    """Delete the logins of the subject's people; how many there were."""
    pool = load(ContractDataSettings).user_pool
    return {"logins": sum(delete_login(pool, person) for person in subject.persons)}


handler = listener(Path(__file__).parent, ContractDataSettings, more=shards, also=logins)
