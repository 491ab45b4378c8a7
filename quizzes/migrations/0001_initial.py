"""The tables of the quiz: versions of questions, and answers."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="QuestionVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("question_id", models.SlugField(max_length=80)),
                ("version", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("content", models.JSONField()),
                ("loaded_at", models.DateTimeField()),
                ("current", models.BooleanField()),
            ],
            options={
                "ordering": ["question_id", "version", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("question_id", "version", "sha256"), name="one_row_for_each_content"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("current", True)), fields=("question_id",), name="one_current_version"
                    ),
                    models.CheckConstraint(condition=models.Q(("version__gte", 1)), name="versions_begin_at_one"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("browser", models.CharField(max_length=64)),
                ("attempt_no", models.PositiveIntegerField()),
                ("seed", models.PositiveBigIntegerField()),
                ("chosen", models.JSONField()),
                ("correct", models.BooleanField()),
                ("confidence", models.PositiveSmallIntegerField(null=True)),
                ("answered_at", models.DateTimeField()),
                (
                    "question_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attempts",
                        to="quizzes.questionversion",
                    ),
                ),
            ],
            options={
                "ordering": ["answered_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("browser", "question_version", "attempt_no"), name="one_answer_per_attempt"
                    ),
                    models.CheckConstraint(condition=models.Q(("attempt_no__gte", 1)), name="attempts_begin_at_one"),
                ],
            },
        ),
    ]
