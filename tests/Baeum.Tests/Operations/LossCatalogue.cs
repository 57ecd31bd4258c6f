using static Baeum.Tests.Operations.OperationCase;

namespace Baeum.Tests.Operations;

public static partial class OperationCatalogue
{
    private static double Probability(double x) => 1 / (1 + Math.Exp(-x));

    private static Tensor SomeIds(int count, int classes) => Tensor.From<long>([.. Enumerable.Range(0, count).Select(i => (long)(i * 7 % classes))]);

    private static OperationCase[] LossCases =>
    [
        new("mse", x => x[0].MseLoss(x[1]), [3, 4], [3, 4]) { Reference = x => Mean(x, (a, t) => (a - t) * (a - t)), IsTwiceDifferentiable = true },
        new("mse none", x => x[0].MseLoss(x[1], LossReduction.None), [3, 17], [3, 17]) { Broadcasts = false, Reference = Each((a, t) => (a - t) * (a - t)), IsTwiceDifferentiable = true },
        new("mse broadcast target", x => x[0].MseLoss(x[1], LossReduction.Sum), [3, 4], [4]),
        new("l1", x => x[0].L1Loss(x[1]), [3, 4], [3, 4]) { Reference = x => Mean(x, (a, t) => Math.Abs(a - t)) },
        new("smooth l1", x => x[0].SmoothL1Loss(x[1], beta: 0.7, LossReduction.None), [4, 5], [4, 5]) { Broadcasts = false, Reference = Each((a, t) => Math.Abs(a - t) < 0.7 ? 0.5 * (a - t) * (a - t) / 0.7 : Math.Abs(a - t) - 0.35) },
        new("huber", x => x[0].HuberLoss(x[1], delta: 1.3, LossReduction.None), [4, 5], [4, 5]) { Broadcasts = false, Reference = Each((a, t) => Math.Abs(a - t) < 1.3 ? 0.5 * (a - t) * (a - t) : 1.3 * (Math.Abs(a - t) - 0.65)) },
        new("bce", x => x[0].BinaryCrossEntropy(x[1]), [3, 4], [3, 4]) { Domain = Probability, Reference = x => Mean(x, (a, t) => -t * Math.Log(a) - (1 - t) * Math.Log(1 - a)), IsTwiceDifferentiable = true },
        new("bce weighted", x => x[0].BinaryCrossEntropy(x[1], weight: x[2]), [3, 4], [3, 4], [4]) { Domain = Probability },
        new("bce logits", x => x[0].BinaryCrossEntropyWithLogits(x[1]), [3, 4], [3, 4]) { Reference = x => Mean(x, (a, t) => Math.Log(1 + Math.Exp(a)) - a * t), IsTwiceDifferentiable = true },
        new("bce logits weights", x => x[0].BinaryCrossEntropyWithLogits(x[1], weight: x[2], posWeight: x[3], LossReduction.Sum), [3, 4], [3, 4], [3, 1], [4]),
        new("cross entropy", x => x[0].CrossEntropy(SomeIds(6, 5)), [6, 5]) { IsTwiceDifferentiable = true },
        new("cross entropy images", x => x[0].CrossEntropy(SomeIds(12, 5).Reshape(2, 3, 2), labelSmoothing: 0.2, reduction: LossReduction.None), [2, 5, 3, 2]) { IsTwiceDifferentiable = true },
        new("cross entropy weights", x => x[0].CrossEntropy(SomeIds(9, 4), weight: Tensor.From([0.5, 2, 1, 0.25]), ignoreIndex: 3, labelSmoothing: 0.1), [9, 4]) { IsTwiceDifferentiable = true },
        new("cross entropy one row", x => x[0].CrossEntropy(Tensor.Scalar(2, DType.Int64)), [33]),
        new("nll", x => x[0].NllLoss(SomeIds(6, 5), weight: Tensor.From([0.5, 2, 1, 0.25, 3])), [6, 5]) { IsTwiceDifferentiable = true },
        new("kl div", x => x[0].KlDivLoss(x[1], LossReduction.BatchMean), [3, 4], [3, 4]) { Domain = Probability, IsTwiceDifferentiable = true },
        new("kl div log target", x => x[0].KlDivLoss(x[1], LossReduction.None, logTarget: true), [3, 4], [3, 4]) { Broadcasts = false, Reference = Each((a, t) => Math.Exp(t) * (t - a)) },
        new("hinge embedding", x => x[0].HingeEmbeddingLoss(Tensor.From([1.0, -1, 1, -1]), margin: 0.8), [3, 4]),
        new("margin ranking", x => x[0].MarginRankingLoss(x[1], Tensor.From([1.0, -1, 1, -1]), margin: 0.3), [3, 4], [3, 4]),
        new("soft margin", x => x[0].SoftMarginLoss(Tensor.From([1.0, -1, 1, -1]), LossReduction.None), [3, 4]),
        new("cross entropy soft targets", x => x[0].CrossEntropy(x[1], weight: Tensor.From([0.5, 2, 1, 0.25]), labelSmoothing: 0.1), [3, 4, 2], [3, 4, 2]) { Domain = Probability, IsTwiceDifferentiable = true },
        new("cosine embedding", x => x[0].CosineEmbeddingLoss(x[1], Tensor.From(1L, -1, 1), margin: 0.1), [3, 4], [3, 4]),
        new("triplet margin", x => x[0].TripletMarginLoss(x[1], x[2], margin: 3, swap: true, reduction: LossReduction.None), [3, 4], [3, 4], [3, 4]),
        new("multi margin", x => x[0].MultiMarginLoss(SomeIds(3, 4), p: 2, margin: 0.9, weight: Tensor.From([0.5, 2, 1, 0.25])), [3, 4]),
        new("gaussian nll", x => x[0].GaussianNllLoss(x[1], x[2].Exp(), full: true), [3, 4], [3, 4], [3, 4]),
        new("poisson nll", x => x[0].PoissonNllLoss(Tensor.From(0L, 1, 2, 7), full: true), [3, 4]),
        new("poisson nll of rates", x => x[0].PoissonNllLoss(x[1], logInput: false, reduction: LossReduction.None), [3, 4], [3, 4]) { Broadcasts = false, Domain = Probability, Reference = Each((a, t) => a - t * Math.Log(a + 1e-8)) },
    ];

    private static Tensor Mean(Tensor[] inputs, Func<double, double, double> loss) =>
        Tensor.Scalar(inputs[0].ToArray<double>().Zip(inputs[1].ToArray<double>(), loss).Average(), DType.Float64);
}
