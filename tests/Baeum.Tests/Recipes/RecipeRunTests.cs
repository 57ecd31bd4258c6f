using System.Text.Json;
using System.Text.Json.Nodes;
using Baeum.Models;
using Baeum.Recipes;
using Baeum.Text;

namespace Baeum.Tests.Recipes;

public sealed class RecipeRunTests : IDisposable
{
    private readonly TinyRecipe tiny = new();

    public void Dispose() => tiny.Dispose();

    [Fact]
    public void A_tiny_recipe_learns_and_leaves_a_folder_that_loads()
    {
        IReadOnlyList<RecipeFigure> figures = tiny.Run().Run();
        Assert.True(figures.Single(figure => figure.Name == "test.accuracy").Value > 0.95);

        var model = BertForSequenceClassification.FromPretrained(tiny.Out);
        var tokenizer = Tokenizer.FromPretrained(tiny.Out);
        Assert.Equal(["bad", "good"], model.Config.Labels);
        TextBatch batch = TextBatch.Of(tokenizer, ["day room warm", "the cat cold"], 12);
        Assert.Equal([1L, 0L], model.Forward(batch.Ids, batch.AttentionMask, batch.TypeIds).ArgMax(1).ToArray<long>());

        using JsonDocument history = JsonDocument.Parse(File.ReadAllText(Path.Combine(tiny.Out, "history.json")));
        Assert.Equal(80, history.RootElement.GetProperty("steps").GetArrayLength());
        Assert.Equal(4, history.RootElement.GetProperty("evaluations").GetArrayLength());
        string card = File.ReadAllText(Path.Combine(tiny.Out, "README.md"));
        Assert.Contains("| test.accuracy |", card, StringComparison.Ordinal);
        Assert.Contains("\"learning_rate\": 0.01", card, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(tiny.Out, "training")));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(20, 1)]
    [InlineData(33, 1)]
    [InlineData(33, 3)]
    public void A_training_that_is_stopped_and_goes_on_equals_one_that_is_not(int stopAt, int dropoutFromEpoch)
    {
        void Change(JsonObject recipe) => recipe["optimizer"]!["dropout_from_epoch"] = dropoutFromEpoch;
        IReadOnlyList<RecipeFigure> whole = tiny.Run(Change).Run();
        string weights = Path.Combine("model.safetensors"), other = tiny["other"];
        using var stop = new CancellationTokenSource();
        var stopper = new Watcher(value =>
        {
            if (value.Step == stopAt) stop.Cancel();
        });
        Assert.Throws<OperationCanceledException>(() => tiny.Run(Change, other, stopper).Run(stop.Token));
        Assert.False(File.Exists(Path.Combine(other, weights)));

        int resumed = -1;
        IReadOnlyList<RecipeFigure> rest = tiny.Run(Change, other, new Watcher(value => resumed = value.IsResumed ? value.Step : resumed)).Run();
        Assert.True(resumed >= stopAt, $"resumed at {resumed}");
        Assert.Equal(whole, rest);
        Assert.Equal(File.ReadAllBytes(Path.Combine(tiny.Out, weights)), File.ReadAllBytes(Path.Combine(other, weights)));
        Assert.Equal(Losses(tiny.Out), Losses(other));
    }

    [Fact]
    public void Nothing_is_dropped_before_the_epoch_in_which_dropout_begins()
    {
        tiny.Run(recipe => recipe["optimizer"]!["dropout_from_epoch"] = 3).Run();
        double[] late = Losses(tiny.Out);
        tiny.Run(recipe => recipe["model"]!["dropout"] = 0, tiny["none"]).Run();
        double[] none = Losses(tiny["none"]);
        Assert.Equal(none[..40], late[..40]);
        Assert.NotEqual(none[40], late[40]);
    }

    [Fact]
    public void A_training_that_dies_between_checkpoints_goes_on_from_the_last()
    {
        tiny.Run().Run();
        string other = tiny["other"];
        // as a kill: an exception out of the middle of a step leaves whatever was on disk
        Assert.Throws<InvalidDataException>(() => tiny.Run(output: other, progress: new Watcher(value =>
        {
            if (value.Step == 44 && value.Figures is null) throw new InvalidDataException();
        })).Run());
        tiny.Run(output: other).Run();
        Assert.Equal(Losses(tiny.Out), Losses(other));
    }

    [Fact]
    public void A_folder_with_another_recipes_training_is_refused()
    {
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => tiny.Run(progress: new Watcher(_ => stop.Cancel())).Run(stop.Token));
        var error = Assert.Throws<RecipeException>(() => tiny.Run(recipe => recipe["optimizer"]!["epochs"] = 2).Run());
        Assert.Contains("unfinished training of another recipe", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Accumulation_makes_fewer_steps_of_the_same_data()
    {
        int steps = 0;
        tiny.Run(recipe => recipe["optimizer"]!["accumulation"] = 4, progress: new Watcher(value => steps = value.TotalSteps)).Run();
        Assert.Equal(20, steps);
    }

    [Fact]
    public void Distillation_keeps_what_the_teacher_knows_in_half_the_layers()
    {
        tiny.Run(recipe => recipe["model"]!["layers"] = 2).Run();
        IReadOnlyList<RecipeFigure> figures = tiny.Run(recipe =>
        {
            recipe["task"]!["name"] = "distillation";
            recipe["model"] = new System.Text.Json.Nodes.JsonObject { ["teacher"] = tiny.Out, ["layers"] = 1 };
        }, tiny["student"]).Run();
        double Figure(string name) => figures.Single(figure => figure.Name == name).Value;
        Assert.True(Figure("student.share_of_accuracy") > 0.95);
        Assert.Equal(0.5, Figure("student.share_of_encoder"), 1e-12);
        Assert.True(Figure("int8.accuracy") > 0.9);
        Assert.Equal(new FileInfo(Path.Combine(tiny["student"], "model.int8.safetensors")).Length / 1e6, Figure("int8.megabytes"), 1e-9);
        var student = BertForSequenceClassification.FromPretrained(tiny["student"]);
        Assert.Equal(1, ((BertConfig)student.Config).LayerCount);
        // what was measured in eight bits must not be what is saved
        var quantised = Int8Weights.Load(Path.Combine(tiny["student"], "model.int8.safetensors"));
        foreach (var (name, exact) in student.StateDict())
        {
            double largest = exact.Abs().Max().Item(), error = (exact - quantised[name]).Abs().Max().Item();
            Assert.True(error <= largest / 127, $"{name}: {error} of {largest}");
        }
        Assert.NotEqual(student.StateDict()["classifier.weight"].ToArray<float>(), quantised["classifier.weight"].ToArray<float>());
    }

    private static double[] Losses(string folder)
    {
        using JsonDocument history = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "history.json")));
        return [.. history.RootElement.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("loss").GetDouble())];
    }

    private sealed class Watcher(Action<RecipeProgress> watch) : IProgress<RecipeProgress>
    {
        public void Report(RecipeProgress value) => watch(value);
    }
}
