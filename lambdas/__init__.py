"""Every Lambda function of Mimamori: lambdas.<context>.<entry point>.handler."""
