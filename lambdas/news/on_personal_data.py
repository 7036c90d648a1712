"""What is kept of who read the news is disclosed, or erased."""

from pathlib import Path

from lambdas.shared.aws.personal_data_service import PersonalDataSettings, listener

handler = listener(Path(__file__).parent, PersonalDataSettings)
