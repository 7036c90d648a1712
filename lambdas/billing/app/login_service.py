"""Logins of people who accept an invitation: users of Cognito's pool."""

from typing import Any

from lambdas.shared.aws.clients import client


class LoginExists(Exception):
    """There is a login with this address, whose password is known to its owner alone."""


class WeakPassword(Exception):
    """The pool does not take the password."""


def make_login(pool: str, email: str, password: str) -> str:
    """A login with an address that its owner has proved; its subject. A login that was begun and
    never had a password gets this one. LoginExists, WeakPassword."""
    cognito = client("cognito-idp")
    try:
        user = cognito.admin_create_user(
            UserPoolId=pool,
            Username=email,
            MessageAction="SUPPRESS",
            UserAttributes=[
                {"Name": "email", "Value": email},
                {"Name": "email_verified", "Value": "true"},
            ],
        )["User"]
        attributes = user["Attributes"]
    except cognito.exceptions.UsernameExistsException as error:
        user = cognito.admin_get_user(UserPoolId=pool, Username=email)
        if user["UserStatus"] != "FORCE_CHANGE_PASSWORD":
            raise LoginExists(email) from error
        attributes = user["UserAttributes"]
    try:
        cognito.admin_set_user_password(
            UserPoolId=pool, Username=email, Password=password, Permanent=True
        )
    except (
        cognito.exceptions.InvalidPasswordException,
        cognito.exceptions.InvalidParameterException,
    ) as error:
        raise WeakPassword(str(error)) from error
    return _subject(attributes)


def delete_login(pool: str, subject: str) -> bool:
    """Delete a login. False when there is none."""
    cognito = client("cognito-idp")
    try:
        cognito.admin_delete_user(UserPoolId=pool, Username=subject)
    except cognito.exceptions.UserNotFoundException:
        return False
    return True


def _subject(attributes: list[dict[str, Any]]) -> str:
    return str(next(one["Value"] for one in attributes if one["Name"] == "sub"))
