"""A local Slack workspace, strict where Slack is: for demos and for tests of Slack apps."""
