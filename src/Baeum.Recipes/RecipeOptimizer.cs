namespace Baeum.Recipes;

/// <summary>The section <c>optimizer</c> of a recipe: how long, in what batches and at what rates AdamW trains.</summary>
internal sealed class RecipeOptimizer
{
    private readonly double learningRate, lowestRate, weightDecay, beta1, beta2, epsilon, warmupShare;
    private readonly int warmupSteps, width;
    private readonly string schedule;

    internal RecipeOptimizer(RecipeSection section)
    {
        learningRate = section.Number("learning_rate");
        weightDecay = section.Number("weight_decay", 0.01);
        (beta1, beta2) = (section.Number("beta1", 0.9, most: 1), section.Number("beta2", 0.999, most: 1));
        epsilon = section.Number("epsilon", 1e-8);
        Clip = section.Number("clip", 1);
        schedule = section.Word("schedule", "linear", ["constant", "linear", "cosine", "noam"]);
        warmupSteps = section.Int("warmup_steps", 0, least: 0);
        warmupShare = section.Number("warmup_share", 0, most: 1);
        if (warmupSteps > 0 && warmupShare > 0) throw section.Error("warmup_share", "warmup_steps is given too; one of them is enough.");
        lowestRate = section.Number("lowest_rate", 0);
        width = section.Int("width", schedule == "noam" ? null : 1);
        BatchSize = section.Int("batch_size", 32);
        Accumulation = section.Int("accumulation", 1);
        GroupByLength = section.Flag("group_by_length", false);
        DropoutFromEpoch = section.Int("dropout_from_epoch", 1);
        CheckpointEvery = section.Int("checkpoint_every", 200);
        Epochs = section.Has("epochs") ? section.Int("epochs") : null;
        Steps = section.Has("steps") ? section.Int("steps") : null;
        if (Epochs is null && Steps is null) throw section.Error("epochs", "say when to end: epochs or steps.");
    }

    internal int BatchSize { get; }

    internal int Accumulation { get; }

    internal bool GroupByLength { get; }

    /// <summary>Nothing is dropped in the epochs before this one, which counts from 1.</summary>
    internal int DropoutFromEpoch { get; }

    internal int CheckpointEvery { get; }

    internal int? Epochs { get; }

    internal int? Steps { get; }

    internal double Clip { get; }

    internal int TotalSteps(int batches)
    {
        int perEpoch = (batches + Accumulation - 1) / Accumulation;
        return Math.Min(Epochs is { } epochs ? checked(epochs * perEpoch) : int.MaxValue, Steps ?? int.MaxValue);
    }

    internal AdamW Create(RecipeTask task) => new(task.Parameters(learningRate, weightDecay), learningRate, beta1, beta2, epsilon);

    internal Schedule Schedule(Optimizer optimizer, int totalSteps)
    {
        int warmup = warmupSteps > 0 ? warmupSteps : (int)Math.Ceiling(warmupShare * totalSteps);
        return schedule switch
        {
            "cosine" => new WarmupCosine(optimizer, warmup, totalSteps, lowestRate),
            "noam" => new NoamSchedule(optimizer, width, Math.Max(1, warmup)),
            "constant" => new LambdaSchedule(optimizer, step => step < warmup ? (double)step / warmup : 1),
            _ => new WarmupLinear(optimizer, warmup, totalSteps),
        };
    }
}
