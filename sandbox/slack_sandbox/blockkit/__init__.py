"""Block Kit as Slack checks it: shapes, lengths, and where each block may stand."""
