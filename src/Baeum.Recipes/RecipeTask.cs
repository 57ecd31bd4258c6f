using Baeum.Models;
using Baeum.Text;

namespace Baeum.Recipes;

/// <summary>A figure that was measured.</summary>
/// <param name="Name">Data and measure, such as <c>validation.accuracy</c>.</param>
/// <param name="Value">The figure.</param>
public readonly record struct RecipeFigure(string Name, double Value);

/// <summary>
/// A kind of training: what its data, model, loss and figures are. Everything else, from batches to checkpoints, is <see cref="RecipeRun"/>'s.
/// </summary>
/// <remarks>
/// The constructor reads all keys of the recipe, so that a mistake shows before anything is loaded. Whatever a loss draws at random comes from
/// <see cref="Generator"/> or the model's own generator; then a resumed training equals one that was not interrupted.
/// </remarks>
public abstract class RecipeTask
{
    /// <summary>Reads what every task has: <c>task.seed</c>.</summary>
    protected RecipeTask(Recipe recipe, string dataFolder)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        Recipe = recipe;
        DataFolder = dataFolder;
        Seed = (ulong)recipe.Task.Int("seed", 1, least: 0);
        Generator = new PhiloxRandom(Seed + 1);
    }

    /// <summary>The task that a recipe names.</summary>
    /// <exception cref="RecipeException">There is no such task, or a value of the recipe is wrong.</exception>
    public static RecipeTask Of(Recipe recipe, string dataFolder)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return recipe.Task.Word("name", allowed: ["classification", "distillation", "language_model", "pretraining", "translation"]) switch
        {
            "distillation" => new DistillationTask(recipe, dataFolder),
            "language_model" => new LanguageModelTask(recipe, dataFolder),
            "pretraining" => new PretrainingTask(recipe, dataFolder),
            "translation" => new TranslationTask(recipe, dataFolder),
            _ => new ClassificationTask(recipe, dataFolder),
        };
    }

    /// <summary>What is trained; there after <see cref="Prepare"/>.</summary>
    public Module Model { get; protected set; } = null!;

    /// <summary>How many examples an epoch has; known after <see cref="Prepare"/>.</summary>
    public abstract int ExampleCount { get; }

    /// <summary>The figures of <see cref="Evaluate"/> by which weights can be called the best, the usual one first.</summary>
    public abstract IReadOnlyList<string> Measures { get; }

    /// <summary>The recipe.</summary>
    protected Recipe Recipe { get; }

    /// <summary>Where the data lie.</summary>
    protected string DataFolder { get; }

    /// <summary>Where everything random begins.</summary>
    protected internal ulong Seed { get; }

    /// <summary>Draws what a loss needs, such as masks; its state is part of a checkpoint.</summary>
    protected internal RandomGenerator Generator { get; }

    /// <summary>Reads the data, and loads or builds the model.</summary>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="RecipeException">The data are missing or wrong.</exception>
    public abstract void Prepare(CancellationToken cancellation);

    /// <summary>How long an example is, for batches of alike long ones.</summary>
    public virtual int Length(int example) => 1;

    /// <summary>The batches, drawn anew each time they are enumerated: numbers of examples.</summary>
    public virtual IReadOnlyCollection<int[]> Batches(int batchSize, bool groupByLength, RandomGenerator order) => groupByLength
        ? new LengthGroupedBatches([.. Enumerable.Range(0, ExampleCount).Select(Length)], batchSize, order)
        : new DataLoader<int, int[]>(Datasets.From([.. Enumerable.Range(0, ExampleCount)]), batchSize, examples => [.. examples], order);

    /// <summary>What is trained, in groups: by default matrices with weight decay, and biases and norms without.</summary>
    public virtual ParameterGroups Parameters(double learningRate, double weightDecay) => DecayGroups.Of(Model, weightDecay);

    /// <summary>The mean loss of some examples, one element.</summary>
    public abstract Tensor Loss(int[] examples);

    /// <summary>Measures the model as it is. It stands in evaluation mode, and nothing is recorded.</summary>
    /// <param name="isFinal">True once at the end, with the best weights: then whatever takes long is measured too.</param>
    /// <param name="cancellation">Stops it.</param>
    public abstract IReadOnlyList<RecipeFigure> Evaluate(bool isFinal, CancellationToken cancellation);

    /// <summary>Writes the model's folder: configuration, weights, tokenizer.</summary>
    public abstract void Save(string folder);

    /// <summary>A file of the data, by the key in the section <c>data</c> that names it.</summary>
    /// <exception cref="RecipeException">There is no such file.</exception>
    protected string DataFile(string key) => DataFile(key, Recipe.Data.Word(key));

    /// <summary>A file of the data of this name; the key says in messages who asks for it.</summary>
    /// <exception cref="RecipeException">There is no such file.</exception>
    protected string DataFile(string key, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string path = Path.GetFullPath(name.Replace('/', Path.DirectorySeparatorChar), Path.GetFullPath(DataFolder));
        return File.Exists(path) ? path : throw Recipe.Data.Error(key, $"there is no file {path}. --data DIR names the folder in which {name} lies.");
    }

    /// <summary>A model's folder, by the key in the section <c>model</c>: a whole path, or one below the data or the working directory.</summary>
    /// <exception cref="RecipeException">There is no such folder.</exception>
    protected string ModelFolder(string key)
    {
        string name = Recipe.Model.Word(key);
        string[] places = [.. new[] { DataFolder, "." }.Select(folder => Path.GetFullPath(name.Replace('/', Path.DirectorySeparatorChar), Path.GetFullPath(folder)))];
        return places.FirstOrDefault(Directory.Exists) ?? throw Recipe.Model.Error(key, $"there is no folder {string.Join(" or ", places)}. --data DIR names the folder in which {name} lies.");
    }

    /// <summary>Refuses a tokenizer that gives ids which a model has no vectors for.</summary>
    /// <exception cref="RecipeException">It does.</exception>
    protected static void CheckVocabulary(Tokenizer tokenizer, int embeddings, string folder)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        if (tokenizer.VocabularySize > embeddings)
            throw new RecipeException($"{folder}: the tokenizer has {tokenizer.VocabularySize} pieces, but the model has vectors for {embeddings}; they do not belong together.");
    }
}
