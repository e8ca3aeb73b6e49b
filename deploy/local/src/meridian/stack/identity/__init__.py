"""The OIDC provider of the local stack: a real counterpart that knows the demo people."""
