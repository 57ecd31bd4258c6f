using Baeum.Recipes;

namespace Baeum.Tests.Recipes;

public sealed class RecipeTests : IDisposable
{
    private readonly TinyRecipe tiny = new();

    public void Dispose() => tiny.Dispose();

    private string Complaint(params string[] assignments)
    {
        var error = Assert.Throws<RecipeException>(() => new RecipeRun(Recipe.Read(tiny.Write(), assignments), tiny.Data, tiny.Out).Run());
        Assert.DoesNotContain('\n', error.Message);
        return error.Message;
    }

    [Theory]
    [InlineData("optimizer.learning_rat=1", "unknown key 'learning_rat'", "learning_rate")]
    [InlineData("evaluation.bset=1", "unknown key 'bset'", "best")]
    [InlineData("learning_rate=-1", "optimizer.learning_rate is -1", "0 or more")]
    [InlineData("learning_rate=fast", "optimizer.learning_rate is \"fast\"", "a number")]
    [InlineData("epochs=1.5", "optimizer.epochs is 1.5", "a whole number")]
    [InlineData("layers=0", "model.layers is 0", "1 or more")]
    [InlineData("heads=3", "model.heads", "do not divide")]
    [InlineData("task.name=clasification", "task.name is 'clasification'", "classification")]
    [InlineData("group_by_length=yes", "optimizer.group_by_length is \"yes\"", "true or false")]
    [InlineData("best=test.accuracy", "evaluation.best is 'test.accuracy'", "validation.accuracy")]
    [InlineData("optimizer.warmup_steps=3", "warmup_share", "warmup_steps")]
    [InlineData("epoch=2", "no key 'epoch'", "epochs")]
    [InlineData("optimiser.epochs=2", "unknown section 'optimiser'", "optimizer")]
    [InlineData("epochs", "--set epochs", "section.key=value")]
    [InlineData("train=nowhere.tsv", "data.train", "nowhere.tsv")]
    [InlineData("data.text=sentence", "no column 'sentence'", "text, label")]
    [InlineData("data.labels=[\"good\",\"evil\"]", "unknown label 'bad'", "good, evil")]
    [InlineData("model.from=models/none", "model has the unknown key", "There are: from, half_precision")]
    public void A_mistake_is_one_line_that_says_where_and_what_to_write(string assignment, params string[] named)
    {
        string message = Complaint(assignment);
        foreach (string part in named) Assert.Contains(part, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ \"task\": ", "not valid JSON")]
    [InlineData("[1]", "not a JSON object")]
    [InlineData("{ \"tasks\": {} }", "Did you mean task?")]
    [InlineData("{ \"task\": 3 }", "must be an object")]
    [InlineData("{ \"task\": { \"seed\": 1, \"seed\": 2 } }", "cannot be read")]
    [InlineData("{}", "task.name is missing")]
    public void A_file_of_another_form_is_refused(string text, string named)
    {
        string path = tiny.WriteText(text);
        var error = Assert.Throws<RecipeException>(() => new RecipeRun(Recipe.Read(path), tiny.Data, tiny.Out));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_folder_that_is_not_there_is_named()
    {
        var run = tiny.Run(recipe => recipe["model"] = new System.Text.Json.Nodes.JsonObject { ["from"] = "models/none" });
        Assert.Contains("model.from: there is no folder", Assert.Throws<RecipeException>(() => run.Run()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_that_only_the_test_data_have_is_named_with_its_line()
    {
        tiny.WriteData("test.tsv", "text\tlabel\nwarm sea\tgood\nloud sea\tbda\n");
        Assert.Contains("example 2 has the unknown label 'bda'. Did you mean bad?", Complaint(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_with_a_field_too_many_is_named()
    {
        tiny.WriteData("train.tsv", "text\tlabel\nwarm sea\tgood\nloud\tsea\tbad\n");
        Assert.Contains("line 3 has 3 fields, the header 2", Complaint(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_tokenizer_larger_than_the_embedding_is_refused()
    {
        tiny.Run(recipe => recipe["optimizer"]!["epochs"] = 1).Run();
        tiny.Run(recipe => recipe["model"]!["vocabulary"] = 60, tiny["smaller"]).Run();
        // the larger vocabulary beside the smaller model
        File.Copy(Path.Combine(tiny.Out, "tokenizer.json"), Path.Combine(tiny["smaller"], "tokenizer.json"), overwrite: true);
        var run = tiny.Run(recipe => recipe["model"] = new System.Text.Json.Nodes.JsonObject { ["from"] = tiny["smaller"] }, tiny["third"]);
        Assert.Contains("they do not belong together", Assert.Throws<RecipeException>(() => run.Run()).Message, StringComparison.Ordinal);
    }
}
