using System.Text.Json.Nodes;
using Baeum.Inference;
using Baeum.Models;
using Baeum.Recipes;

namespace Baeum.Tests.Recipes;

public sealed class TranslationTaskTests : IDisposable
{
    private const string Text = """
        {
          "task": { "name": "translation", "seed": 3 },
          "data": { "train": ["words.tsv#2,3", "more.tsv"], "validation": "more.tsv", "test": "words.tsv#2,3", "held_out_from": "more.tsv", "held_out": 2, "max_length": 20 },
          "model": { "vocabulary": 64, "hidden_size": 48, "heads": 2, "intermediate_size": 96, "layers": 1, "dropout": 0, "half_precision": true },
          "optimizer": { "learning_rate": 5e-3, "warmup_steps": 20, "batch_pieces": 160, "steps": 200 },
          "evaluation": { "best": "validation.chrf", "sample": 4, "beams": 3, "no_repeat_ngram": 4, "length_penalty": 1.2, "every": 100 }
        }
        """;

    private static readonly (string English, string Korean)[] Words = [("one", "하나"), ("two", "둘"), ("three", "셋"), ("open", "열다"), ("close", "닫다"), ("file", "파일")];
    private readonly TemporaryFolder folder = new();

    public TranslationTaskTests()
    {
        (string English, string Korean)[] pairs = [.. Words.SelectMany(first => Words, (first, second) => ($"{first.English} {second.English}", $"{first.Korean} {second.Korean}"))];
        folder.Write("words.tsv", string.Join('\n', pairs.Where((_, i) => i % 3 != 0).Select((pair, i) => $"{i}\t{pair.English}\t{pair.Korean}")));
        folder.Write("more.tsv", string.Join('\n', pairs.Where((_, i) => i % 3 == 0).Select(pair => $"{pair.English}\t{pair.Korean}")) + "\n\nempty\t \n");
    }

    public void Dispose() => folder.Dispose();

    private IReadOnlyList<RecipeFigure> Run(Action<JsonObject>? change = null)
    {
        var root = (JsonObject)JsonNode.Parse(Text)!;
        change?.Invoke(root);
        return new RecipeRun(Recipe.Read(folder.Write("toy.json", root.ToJsonString())), folder.Path, folder.File("out")).Run(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void A_handful_of_pairs_is_learnt_exactly_saved_and_loaded()
    {
        Dictionary<string, double> figures = Run().ToDictionary(figure => figure.Name, figure => figure.Value);
        Assert.Equal(100, figures["test.chrf"], 1e-9);
        Assert.Equal(100, figures["test.beam3.chrf"], 1e-9);
        Assert.True(figures["held_out.chrf"] >= 0);
        Assert.True(figures["validation.loss"] < 2);

        var translator = Translator.FromPretrained(folder.File("out"));
        Assert.Equal(["둘 파일", "닫다 셋"], translator.Translate(["two file", "close three"]));
        Assert.Equal((3, 4, 1.2), (translator.Options.BeamCount, translator.Options.NoRepeatNgramSize, translator.Options.LengthPenalty));
        Assert.Equal(["둘 파일"], translator.Translate(["two file"], beamCount: 1));
        Assert.Equal(1, translator.CountCut(["one two", string.Concat(Enumerable.Repeat("open file ", 100))]));
        Assert.Contains("test.beam3.chrf", File.ReadAllText(folder.File("out/README.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_is_tuned_further()
    {
        Run(root => root["optimizer"]!["steps"] = 2);
        var (train, out2) = (folder.File("out"), folder.File("tuned"));
        var root = (JsonObject)JsonNode.Parse(Text)!;
        root["model"] = new JsonObject { ["from"] = train };
        root["optimizer"] = new JsonObject { ["learning_rate"] = 1e-3, ["batch_size"] = 8, ["accumulation"] = 2, ["group_by_length"] = true, ["steps"] = 2 };
        var run = new RecipeRun(Recipe.Read(folder.Write("tune.json", root.ToJsonString())), folder.Path, out2);
        Assert.Contains(run.Run(TestContext.Current.CancellationToken), figure => figure.Name == "test.bleu" && double.IsFinite(figure.Value));
        Assert.Equal(Translator.FromPretrained(train).Tokenizer.EncodeToIds("two file"), Translator.FromPretrained(out2).Tokenizer.EncodeToIds("two file"));
    }

    [Theory]
    [InlineData("data.train", "words.tsv#2", "behind # stand the columns")]
    [InlineData("data.train", "words.tsv#2,9", "column 9 is asked for")]
    [InlineData("data.test", "none.tsv", "there is no file")]
    [InlineData("data.held_out", "9", "too many")]
    [InlineData("data.held_out_from", "other.tsv", "not among the files")]
    [InlineData("data.max_length", "2", "none of the")]
    [InlineData("model.heads", "5", "do not divide")]
    [InlineData("evaluation.beam", "5", "unknown key 'beam'")]
    [InlineData("evaluation.beams", "1", "belongs to a beam search")]
    public void What_is_wrong_is_said(string key, string value, string expected)
    {
        string[] names = key.Split('.');
        var error = Assert.Throws<RecipeException>(() => Run(root => root[names[0]]![names[1]] = int.TryParse(value, out int number) ? number : value));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Batches_keep_to_their_budget_and_hold_each_pair_once()
    {
        var random = new PhiloxRandom(1);
        (int Source, int Target)[] lengths = [.. Enumerable.Range(0, 500).Select(_ => ((int)random.NextInteger(1, 60), (int)random.NextInteger(1, 60)))];
        lengths[7] = (900, 5);
        var batches = new PieceBudgetBatches(lengths, 600, random);
        int[][] first = [.. batches], second = [.. batches];
        Assert.Equal(batches.Count, first.Length);
        Assert.Equal(batches.Count, second.Length);
        Assert.NotEqual(first.SelectMany(batch => batch), second.SelectMany(batch => batch));
        Assert.Equal(Enumerable.Range(0, 500), first.SelectMany(batch => batch).Order());
        Assert.All(first, batch => Assert.True(batch.Length == 1 || batch.Length * (batch.Max(i => lengths[i].Source) + batch.Max(i => lengths[i].Target)) <= 600));
    }

    [Fact]
    public void Every_weight_of_a_new_T5_has_one_rate()
    {
        var model = new T5ForConditionalGeneration(ParamScope.Random(1), new T5Config(50, 16, 4, 4, 32, 1, 1, Dropout: 0));
        ParameterGroup[] groups = [.. T5RateGroups.Of(model, 1e-3, 0.01)];
        Assert.Equal(model.Parameters().Length, groups.SelectMany(group => group.Parameters).Distinct().Count());
        Assert.Equal(32 * 4e-3, groups.Single(group => group.Parameters.Any(parameter => parameter.Shape[0] == 50)).LearningRate, 1e-12);
    }
}
