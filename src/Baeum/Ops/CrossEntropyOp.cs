using System.Globalization;
using System.Numerics;
using Baeum.Kernels;

namespace Baeum;

/// <summary>
/// Log-softmax and negative log-likelihood of class ids in one: only the logarithm of each row's sum is kept for the backward.
/// </summary>
internal sealed class CrossEntropyOp : Node
{
    private readonly Saved x, ids, logSums, weight;
    private readonly ClassLoss settings;
    private readonly double denominator;

    private CrossEntropyOp(Tensor x, Tensor ids, Tensor? weight, ClassLoss settings, Tensor logSums, double denominator) : base(x)
    {
        (this.x, this.ids, this.weight, this.logSums) = (x, ids, weight, logSums);
        (this.settings, this.denominator) = (settings, denominator);
    }

    protected internal override bool IsDifferentiable => true;

    /// <param name="x">Logits, [rows, classes].</param>
    /// <param name="ids">Class ids, [rows].</param>
    /// <param name="weight">A weight for each class, [classes], or null.</param>
    /// <param name="settings">Reduction and the rest.</param>
    internal static Tensor Apply(Tensor x, Tensor ids, Tensor? weight, ClassLoss settings)
    {
        var rows = x.Contiguous();
        var flatIds = ids.Contiguous();
        var classWeight = weight?.Detach().To(x.DType).Contiguous();
        var logSums = Tensor.Allocate(ids.Shape, x.DType);
        double denominator;
        var y = x.DType == DType.Float32
            ? Compute<float>(rows, flatIds, classWeight, settings, logSums, out denominator)
            : Compute<double>(rows, flatIds, classWeight, settings, logSums, out denominator);
        return Autograd.Records(x) ? y.Record(new CrossEntropyOp(x, flatIds, classWeight, settings, logSums, denominator)) : y;
    }

    private static Tensor Compute<T>(Tensor x, Tensor ids, Tensor? weight, ClassLoss settings, Tensor logSums, out double denominator) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var terms = new CrossEntropyTerms<T>(x.Shape.Sizes[1], settings.LabelSmoothing, weight is null ? default : weight.Read<T>());
        var id = ids.Read<long>();
        var losses = Tensor.Allocate(ids.Shape, x.DType);
        CrossEntropyKernels.Losses(x.Read<T>(), id, settings.IgnoreIndex, terms, logSums.Write<T>(), losses.Write<T>());
        denominator = 1;
        if (settings.Reduction == LossReduction.None) return losses;
        double sum = 0, weights = 0;
        foreach (T loss in losses.Read<T>()) sum += double.CreateTruncating(loss);
        foreach (long one in id) weights += one == settings.IgnoreIndex ? 0 : double.CreateTruncating(terms.Weight((int)one));
        if (settings.Reduction == LossReduction.Mean) denominator = weights;
        return Tensor.Scalar(sum / denominator, x.DType);
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass)
    {
        if (!pass.Needs(0)) return;
        if (pass.CreatesGraph)
        {
            Composition.SendGradients(pass, grad, [x.Get(this)], inputs => settings.Plain(inputs[0]!, ids.Get(this), weight.IsPresent ? weight.Get(this) : null, denominator));
            return;
        }
        var logits = x.Get(this).Contiguous();
        pass.Send(0, logits.DType == DType.Float32 ? Gradient<float>(logits, grad) : Gradient<double>(logits, grad));
    }

    private Tensor Gradient<T>(Tensor logits, Tensor grad) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var terms = new CrossEntropyTerms<T>(logits.Shape.Sizes[1], settings.LabelSmoothing, weight.IsPresent ? weight.Get(this).Read<T>() : default);
        var grads = settings.Reduction == LossReduction.None ? grad.Contiguous().Read<T>() : [T.CreateTruncating(grad.Item() / denominator)];
        var y = Tensor.Allocate(logits.Shape, logits.DType);
        CrossEntropyKernels.Gradient(logits.Read<T>(), logSums.Get(this).Read<T>(), ids.Get(this).Read<long>(), settings.IgnoreIndex, grads, terms, y.Write<T>());
        return y;
    }
}

/// <summary>Negative log-likelihood: log-probabilities at class ids.</summary>
internal sealed class NllLossOp : Node
{
    private readonly Saved ids, weight;
    private readonly ClassLoss settings;
    private readonly double denominator;
    private readonly Shape inputShape;

    private NllLossOp(Tensor x, Tensor ids, Tensor? weight, ClassLoss settings, double denominator) : base(x)
    {
        (this.ids, this.weight, this.settings, this.denominator, inputShape) = (ids, weight, settings, denominator, x.Shape);
    }

    protected internal override bool IsDifferentiable => true;

    /// <inheritdoc cref="CrossEntropyOp.Apply"/>
    internal static Tensor Apply(Tensor x, Tensor ids, Tensor? weight, ClassLoss settings)
    {
        var rows = x.Contiguous();
        var flatIds = ids.Contiguous();
        var classWeight = weight?.Detach().To(x.DType).Contiguous();
        double denominator;
        var y = x.DType == DType.Float32
            ? Compute<float>(rows, flatIds, classWeight, settings, out denominator)
            : Compute<double>(rows, flatIds, classWeight, settings, out denominator);
        return Autograd.Records(x) ? y.Record(new NllLossOp(x, flatIds, classWeight, settings, denominator)) : y;
    }

    private static Tensor Compute<T>(Tensor x, Tensor ids, Tensor? weight, ClassLoss settings, out double denominator) where T : unmanaged, IFloatingPointIeee754<T>
    {
        int rows = x.Shape.Sizes[0], classes = x.Shape.Sizes[1];
        var values = x.Read<T>();
        var id = ids.Read<long>();
        var terms = new CrossEntropyTerms<T>(classes, 0, weight is null ? default : weight.Read<T>());
        bool isReduced = settings.Reduction != LossReduction.None;
        var y = Tensor.Allocate(isReduced ? Shape.Scalar : ids.Shape, x.DType);
        var losses = y.Write<T>();
        double sum = 0, weights = 0;
        for (int r = 0; r < rows; r++)
        {
            bool counts = id[r] != settings.IgnoreIndex;
            T loss = counts ? -terms.Weight((int)id[r]) * values[r * classes + (int)id[r]] : T.Zero;
            if (!isReduced) losses[r] = loss;
            sum += double.CreateTruncating(loss);
            if (counts) weights += double.CreateTruncating(terms.Weight((int)id[r]));
        }
        denominator = settings.Reduction == LossReduction.Mean ? weights : 1;
        if (isReduced) losses[0] = T.CreateTruncating(sum / denominator);
        return y;
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass)
    {
        if (!pass.Needs(0)) return;
        // The loss is linear in its input: the gradient is a constant table times the gradient of each row.
        var table = settings.Table(ids.Get(this), inputShape.Sizes[1], grad.DType, weight.IsPresent ? weight.Get(this) : null);
        var perRow = settings.Reduction == LossReduction.None ? grad.Unsqueeze(1) : grad / denominator;
        pass.Send(0, -(table * perRow));
    }
}

/// <summary>How a loss over classes treats its targets.</summary>
internal sealed record ClassLoss(string Name, LossReduction Reduction, long IgnoreIndex, double LabelSmoothing)
{
    /// <summary>Refuses shapes and types that do not fit together, and ids that name no class.</summary>
    internal void Check(Tensor x, Tensor target, Tensor? weight)
    {
        if (!x.DType.IsCompute()) throw new ArgumentException($"{Name}: the input must be Float32 or Float64, got {x.Describe()}; convert it with To(DType.Float32).");
        if (x.Rank == 0) throw new ArgumentException($"{Name}: the input {x.Describe()} has no class dimension; it must be [classes], [batch, classes] or [batch, classes, ...].");
        int classDim = x.Rank == 1 ? 0 : 1, classes = x.Shape.Sizes[classDim];
        if (target.DType != DType.Int64)
            throw new ArgumentException($"{Name}: the target must hold Int64 class ids of shape {x.Shape.Without(classDim)}, got {target.Describe()} for the input {x.Describe()}; convert it with To(DType.Int64).");
        if (!target.Shape.Equals(x.Shape.Without(classDim)))
            throw new ArgumentException($"{Name}: the input {x.Shape} has its {classes} classes in dimension {classDim} and needs class ids of shape {x.Shape.Without(classDim)}, got {target.Shape}.{Advice(x.Shape, target.Shape)}");
        if (weight is not null && (weight.Rank != 1 || weight.Count != classes)) throw new ArgumentException($"{Name}: the class weights {weight.Shape} must be [{classes}], one for each class of the input {x.Shape}.");
        if (x.Count == 0 && Reduction == LossReduction.Mean) throw new ArgumentException($"{Name}: the input {x.Shape} is empty, so there is no mean; skip empty batches or use LossReduction.Sum.");
        CheckIds(target.Contiguous().Read<long>(), target.Shape, classes);
        if (Reduction == LossReduction.BatchMean) throw new ArgumentException($"{Name}: LossReduction.BatchMean is for KlDivLoss; use Mean, Sum or None.");
    }

    private static string Advice(Shape x, Shape ids) =>
        x.Rank == ids.Rank + 1 && ids.SequenceEqual(x.Take(ids.Rank)) ? " With classes in the last dimension call x.Flatten(0, -2).CrossEntropy(ids.Flatten())."
        : x.Rank == 2 && ids.Rank == 2 && ids[0] == x[0] && ids[1] == 1 ? " Did you mean target.Squeeze(1)?"
        : "";

    private void CheckIds(ReadOnlySpan<long> ids, Shape shape, int classes)
    {
        for (int i = 0; i < ids.Length; i++)
        {
            if ((ulong)ids[i] < (ulong)classes || ids[i] == IgnoreIndex) continue;
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"{Name}: class id {ids[i]} at {Losses.Place(shape, i)} lies outside 0 to {classes - 1}. The input's class dimension has {classes} classes; ids to leave out must be ignoreIndex ({IgnoreIndex})."));
        }
    }

    /// <summary>The target distribution of every row times the class weights, [rows, classes]; ignored rows are zero.</summary>
    internal Tensor Table(Tensor ids, int classes, DType dtype, Tensor? weight)
    {
        var id = ids.Read<long>();
        var weights = weight?.To(DType.Float64).ToArray<double>();
        var values = new double[(long)id.Length * classes];
        for (int r = 0; r < id.Length; r++)
        {
            if (id[r] == IgnoreIndex) continue;
            var row = values.AsSpan(r * classes, classes);
            for (int c = 0; c < classes; c++) row[c] = (weights?[c] ?? 1) * (LabelSmoothing / classes);
            row[(int)id[r]] += (weights?[id[r]] ?? 1) * (1 - LabelSmoothing);
        }
        return Tensor.Wrap(values, [id.Length, classes]).To(dtype);
    }

    /// <summary>Cross entropy of class ids from elementary operations.</summary>
    internal Tensor Plain(Tensor x, Tensor ids, Tensor? weight, double denominator)
    {
        var losses = -(Table(ids, x.Shape[1], x.DType, weight) * x.LogSoftmax(1)).Sum(1);
        return Reduction == LossReduction.None ? losses : losses.Sum() / denominator;
    }
}
