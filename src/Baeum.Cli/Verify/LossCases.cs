namespace Baeum.Cli.Verify;

/// <summary>Losses and their gradients.</summary>
internal static class LossCases
{
    private delegate Tensor Loss(Inputs x, Arguments args, LossReduction reduction);

    private static readonly Dictionary<string, Loss> Kinds = new(StringComparer.Ordinal)
    {
        ["mse_loss"] = (x, _, reduction) => x["x"].MseLoss(x["t"], reduction),
        ["l1_loss"] = (x, _, reduction) => x["x"].L1Loss(x["t"], reduction),
        ["smooth_l1_loss"] = (x, a, reduction) => x["x"].SmoothL1Loss(x["t"], a.Double("beta", 1), reduction),
        ["huber_loss"] = (x, a, reduction) => x["x"].HuberLoss(x["t"], a.Double("delta", 1), reduction),
        ["binary_cross_entropy"] = (x, _, reduction) => x["x"].BinaryCrossEntropy(x["t"], reduction: reduction),
        ["binary_cross_entropy_with_logits"] = (x, a, reduction) =>
            x["x"].BinaryCrossEntropyWithLogits(x["t"], posWeight: a.Has("pos_weight") ? x[a.Text("pos_weight")] : null, reduction: reduction),
        ["cross_entropy"] = (x, a, reduction) => x["x"].CrossEntropy(
            x["t"], a.Has("weight") ? x[a.Text("weight")] : null, a.Int("ignore_index", -100), a.Double("label_smoothing"), reduction),
        ["nll_loss"] = (x, _, reduction) => x["x"].LogSoftmax(1).NllLoss(x["t"], reduction: reduction),
        // the book gives logits and means their log-probabilities
        ["kl_div"] = (x, a, reduction) => (a.Text("x_is") == "logits" ? x["x"].LogSoftmax(-1) : x["x"]).KlDivLoss(x["t"], reduction),
        ["hinge_embedding_loss"] = (x, a, reduction) => x["x"].HingeEmbeddingLoss(x["t"], a.Double("margin", 1), reduction),
        ["cosine_embedding_loss"] = (x, a, reduction) => x["a"].CosineEmbeddingLoss(x["b"], x["t"], a.Double("margin"), reduction),
        ["triplet_margin_loss"] = (x, a, reduction) => x["anchor"].TripletMarginLoss(x["a"], x["b"], a.Double("margin", 1), reduction: reduction),
    };

    internal static Func<Outcome>? Check(GoldenCase golden) => !Kinds.TryGetValue(golden.Kind, out Loss? loss) ? null : () =>
    {
        using var scope = TensorScope.Begin();
        var inputs = new Inputs(golden, role => golden.Has("grads", role));
        LossReduction reduction = golden.Arguments.Text("reduction", "mean") switch
        {
            "none" => LossReduction.None,
            "sum" => LossReduction.Sum,
            "batchmean" => LossReduction.BatchMean,
            _ => LossReduction.Mean,
        };
        Tensor y = loss(inputs, golden.Arguments, reduction);
        y.Sum().Backward();
        var comparer = new Comparer(1e-10);
        comparer.Hold("y", y, golden.Output("y"));
        foreach (string role in golden.Roles("grads"))
            comparer.Hold($"gradient of {role}", inputs[role].Grad, golden.Gradient(role));
        return comparer.Outcome;
    };
}
