"""The steps of the recipe, one concern a file; they meet only in pipelines.recipe."""
