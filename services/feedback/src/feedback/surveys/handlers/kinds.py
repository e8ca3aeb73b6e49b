"""The names of this capability's timers and of its consumer group."""

ASK = "feedback.ask"
EXPIRE = "feedback.expire"
GROUP = "feedback.surveys"
