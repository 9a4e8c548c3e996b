"""A believable support team in a local Slack, so that Rethrow can be tried before anybody grants it a token."""
