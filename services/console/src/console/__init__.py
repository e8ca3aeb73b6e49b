"""The screens. The console decides nothing and keeps only sessions: it shows what services say."""
