"""Who works when: drafts, publishing, shifts as they begin and end, cover by language."""
