using Baeum.Inference;
using Baeum.Models;
using Baeum.Recipes;
using Baeum.Text;

namespace Baeum.Tests.Recipes;

public sealed class LanguageModelTaskTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public LanguageModelTaskTests() => folder.Write("text.txt", string.Concat(Enumerable.Repeat("배우고 또 배웁니다. we learn and learn.\n", 60)));

    public void Dispose() => folder.Dispose();

    private string Recipe() => folder.Write("small.json", """
        {
          "task": { "name": "language_model", "seed": 1 },
          "data": { "text": "text.txt", "held_out": 0.2 },
          "model": { "layers": 1, "heads": 2, "hidden_size": 16, "positions": 12, "biases": false, "dropout": 0.1, "half_precision": true },
          "optimizer": { "learning_rate": 0.02, "schedule": "cosine", "batch_size": 8, "steps": 40 },
          "evaluation": { "every": 20 }
        }
        """);

    private IReadOnlyList<RecipeFigure> Run(string recipe, string output, params string[] set) => new RecipeRun(Baeum.Recipes.Recipe.Read(recipe, set), folder.Path, Path.Combine(folder.Path, output)).Run();

    [Fact]
    public void A_text_is_learnt_and_the_folder_goes_on_with_it()
    {
        double loss = Assert.Single(Run(Recipe(), "model"), figure => figure.Name == "validation.loss").Value;
        Assert.InRange(loss, 0.05, 2.0); // guessing among 22 letters costs 3.1
        string model = Path.Combine(folder.Path, "model");
        Tokenizer tokenizer = Tokenizer.FromPretrained(model);
        GenerationOptions options = GenerationConfig.Read(model) with { MaxNewTokens = 30, Sample = false };
        string written = TextGenerator.Continue(Gpt2LMHeadModel.FromPretrained(model), tokenizer, "배우", options);
        Assert.Equal(30, written.EnumerateRunes().Count());
        Assert.Contains("validation.loss", File.ReadAllText(Path.Combine(model, "README.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_recipe_gives_the_same_loss_and_an_interrupted_one_too()
    {
        double whole = Run(Recipe(), "whole")[0].Value;
        using var stop = new CancellationTokenSource();
        string output = Path.Combine(folder.Path, "cut");
        var run = new RecipeRun(Baeum.Recipes.Recipe.Read(Recipe()), folder.Path, output) { Progress = new Stopper(stop) };
        Assert.ThrowsAny<OperationCanceledException>(() => run.Run(stop.Token));
        Assert.Equal(whole, Run(Recipe(), "cut")[0].Value);
    }

    [Fact]
    public void Pieces_of_bytes_may_stand_for_letters()
    {
        double loss = Run(Recipe(), "bytes", "data.tokenizer=byte_bpe", "data.vocabulary=280")[0].Value;
        Assert.InRange(loss, 0.05, 4);
        Assert.Equal(280, Tokenizer.FromPretrained(Path.Combine(folder.Path, "bytes")).VocabularySize);
    }

    [Theory]
    [InlineData("model.heads=3", "3 do not divide")]
    [InlineData("model.positions=5000", "more than the 5000 positions")]
    [InlineData("optimizer.group_by_length=true", "same length")]
    [InlineData("data.text=absent.txt", "no file")]
    [InlineData("model.depth=2", "unknown key 'depth'")]
    public void Mistakes_are_named(string set, string part) => Assert.Contains(part, Assert.Throws<RecipeException>(() => Run(Recipe(), "none", set)).Message, StringComparison.Ordinal);

    [Fact]
    public void The_shipped_recipe_is_nanoGPTs()
    {
        var recipe = Baeum.Recipes.Recipe.Read(Path.Combine(Goldens.Root, "recipes", "nanogpt_shakespeare.json"));
        var task = new LanguageModelTask(recipe, folder.Path);
        Assert.Equal(["validation.loss"], task.Measures);
        Assert.Equal(2000, recipe.Optimizer.Int("steps"));
    }

    private sealed class Stopper(CancellationTokenSource stop) : IProgress<RecipeProgress>
    {
        public void Report(RecipeProgress value)
        {
            if (value.Step == 25) stop.Cancel();
        }
    }
}
