using System.Text.Json;
using Baeum.Models;
using Baeum.Recipes;

namespace Baeum.Tests.Recipes;

public sealed class PretrainingTests
{
    private const string Text = """
        {
          "task": { "name": "pretraining", "seed": 5 },
          "data": { "documents": ["pages.jsonl"], "max_length": 20, "passage": 1, "held_out_percent": 20 },
          "model": { "vocabulary": 60, "hidden_size": 32, "layers": 1, "heads": 2, "positions": 20, "dropout": 0 },
          "optimizer": { "learning_rate": 0.005, "warmup_share": 0.1, "batch_size": 16, "steps": 700 },
          "evaluation": { "every": 200, "pairs": 60 }
        }
        """;

    private static readonly string[][] Topics = [["red", "green", "blue", "grey"], ["dog", "cat", "cow", "hen"], ["one", "two", "six", "ten"]];

    [Fact]
    public void Bert_learns_hidden_words_that_their_neighbours_tell()
    {
        using var folder = new TemporaryFolder();
        // in a sentence the words of a topic follow each other in their order, so that each tells the next
        folder.Write("pages.jsonl", string.Concat(Enumerable.Range(0, 30).Select(page => JsonSerializer.Serialize(new
        {
            text = string.Join('\n', Enumerable.Range(0, 5).Select(line => string.Join(' ', Enumerable.Range(line, 7).Select(word => Topics[page % 3][word % 4])))),
        }) + "\n")));
        string output = folder.File("out");
        IReadOnlyList<RecipeFigure> figures = new RecipeRun(Recipe.Read(folder.Write("tiny.json", Text)), folder.Path, output).Run();
        double Figure(string name) => figures.Single(figure => figure.Name == name).Value;
        Assert.True(Figure("validation.masked_accuracy") > Figure("majority.masked_accuracy") + 0.1, string.Join(' ', figures));
        Assert.True(Figure("validation.next_sentence_accuracy") > Figure("majority.next_sentence_accuracy") + 0.2, string.Join(' ', figures));
        Assert.Equal(0.15, Figure("masking.chosen_share"), 0.05);
        Assert.Equal(1, Figure("masking.masked_share") + Figure("masking.replaced_share") + Figure("masking.kept_share"), 1e-12);
        Assert.Equal(1, ((BertConfig)BertForPreTraining.FromPretrained(output).Config).LayerCount);
    }

    [Fact]
    public void A_document_without_text_is_named()
    {
        using var folder = new TemporaryFolder();
        folder.Write("pages.jsonl", "{\"text\": \"red green\"}\n{\"body\": \"blue\"}\n");
        var run = new RecipeRun(Recipe.Read(folder.Write("tiny.json", Text)), folder.Path, folder.File("out"));
        Assert.Contains("document 2 has no text in the field 'text'", Assert.Throws<RecipeException>(() => run.Run()).Message, StringComparison.Ordinal);
    }
}
