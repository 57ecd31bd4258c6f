using System.Text;
using System.Text.Json.Nodes;
using Baeum.Recipes;

namespace Baeum.Tests.Recipes;

/// <summary>A folder with texts that a small model learns in a second, and a recipe for them that tests change.</summary>
internal sealed class TinyRecipe : IDisposable
{
    private const string Text = """
        {
          "task": { "name": "classification", "seed": 3 },
          "data": { "train": "train.tsv", "validation": "validation.tsv", "test": "test.tsv", "max_length": 12 },
          "model": { "vocabulary": 80, "hidden_size": 16, "layers": 1, "heads": 2, "positions": 12, "dropout": 0.1 },
          "optimizer": { "learning_rate": 0.01, "warmup_share": 0.1, "batch_size": 8, "epochs": 4, "group_by_length": true, "checkpoint_every": 3 },
          "evaluation": { "best": "validation.accuracy" }
        }
        """;

    private static readonly string[] Good = ["sunny", "kind", "calm", "warm"], Bad = ["rainy", "rude", "loud", "cold"], Plain = ["day", "man", "room", "sea", "cat"];
    private readonly TemporaryFolder folder = new();

    internal TinyRecipe()
    {
        Directory.CreateDirectory(Data);
        var random = new PhiloxRandom(5);
        foreach (var (name, count) in new[] { ("train", 160), ("validation", 40), ("test", 40) }) WriteData($"{name}.tsv", Lines(random, count));
    }

    internal string Data => folder.File("data");

    internal string Out => folder.File("out");

    internal string this[string name] => folder.File(name);

    public void Dispose() => folder.Dispose();

    /// <summary>Writes the recipe, changed, and returns its path.</summary>
    internal string Write(Action<JsonObject>? change = null)
    {
        var root = (JsonObject)JsonNode.Parse(Text)!;
        change?.Invoke(root);
        return folder.Write("tiny.json", root.ToJsonString());
    }

    internal string WriteText(string text) => folder.Write("tiny.json", text);

    internal void WriteData(string name, string text) => folder.Write(Path.Combine("data", name), text);

    internal RecipeRun Run(Action<JsonObject>? change = null, string? output = null, IProgress<RecipeProgress>? progress = null) =>
        new(Recipe.Read(Write(change)), Data, output ?? Out) { Progress = progress };

    private static string Lines(PhiloxRandom random, int count)
    {
        var text = new StringBuilder("text\tlabel\n");
        var draws = new long[4];
        for (int i = 0; i < count; i++)
        {
            random.Integers(draws, 0, 20);
            string[] words = i % 2 == 0 ? Good : Bad;
            string filler = string.Join(' ', Enumerable.Range(0, 1 + (int)draws[0] % 4).Select(k => Plain[(int)(draws[1] + k) % Plain.Length]));
            text.Append(filler).Append(' ').Append(words[draws[2] % words.Length]).Append('\t').Append(i % 2 == 0 ? "good" : "bad").Append('\n');
        }
        return text.ToString();
    }
}
