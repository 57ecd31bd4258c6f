using System.Globalization;
using System.Numerics;
using Baeum.Kernels;

namespace Baeum;

/// <summary>A loss that compares a prediction with a target element by element, with its reduction.</summary>
/// <remarks>The plain form takes prediction and target of one shape and gives the unreduced loss; it serves second derivatives.</remarks>
internal sealed class ElementLossOp<TLoss>(Tensor x, Tensor target, TLoss loss, LossReduction reduction, string name, Func<Tensor, Tensor, TLoss, Tensor>? plain)
    : Node(x, target) where TLoss : struct, ILossFunction
{
    private readonly Saved x = x, target = target;

    public override string Name => name;

    protected internal override bool IsDifferentiable => plain is not null;

    /// <param name="x">The prediction, any shape.</param>
    /// <param name="target">The target, a shape that broadcasts to the prediction's.</param>
    /// <param name="loss">The function of one element.</param>
    /// <param name="reduction">How the elements become the result.</param>
    /// <param name="name">The public operation, for errors.</param>
    /// <param name="plain">The unreduced loss from elementary operations, if there is one.</param>
    internal static Tensor Apply(Tensor x, Tensor target, TLoss loss, LossReduction reduction, string name, Func<Tensor, Tensor, TLoss, Tensor>? plain = null)
    {
        var (a, b) = Prepare(x, target, name);
        var y = a.DType == DType.Float32 ? Compute<float>(a, b, loss, reduction, name) : Compute<double>(a, b, loss, reduction, name);
        return Autograd.Records(x, target) ? y.Record(new ElementLossOp<TLoss>(x, target, loss, reduction, name, plain)) : y;
    }

    /// <summary>Both contiguous, in the prediction's shape and type.</summary>
    private static (Tensor X, Tensor Target) Prepare(Tensor x, Tensor target, string name)
    {
        var dtype = x.DType;
        if (!dtype.IsCompute()) throw new ArgumentException($"{name}: the prediction must be Float32 or Float64, got {x.Describe()}; convert it with To(DType.Float32).");
        if (target.DType != dtype) target = target.Detach().To(dtype);
        if (!ReferenceEquals(x.Shape, target.Shape) && !x.Shape.Equals(target.Shape))
        {
            if (!Losses.BroadcastsTo(target.Shape, x.Shape))
                throw new ArgumentException($"{name}: the target {target.Shape} does not fit the prediction {x.Shape}. Did you mean target.Reshape({string.Join(", ", x.Shape)})?");
            target = ExpandOp.Apply(target.Detach(), x.Shape);
        }
        return (x.IsContiguous ? x : x.Detach().Contiguous(), target.IsContiguous ? target : target.Detach().Contiguous());
    }

    private static Tensor Compute<T>(Tensor x, Tensor target, TLoss loss, LossReduction reduction, string name) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Tensor y;
        if (reduction == LossReduction.None)
        {
            y = Tensor.Allocate(x.Shape, x.DType);
            LossKernels.Values(x.Read<T>(), target.Read<T>(), y.Write<T>(), loss);
            if (y.Count > 0) Losses.RefuseNaN<T>(y.Read<T>(), x, target, name, IsProbability);
            return y;
        }
        double sum = LossKernels.Sum(x.Read<T>(), target.Read<T>(), loss) * Losses.Scale(x, reduction, name);
        if (double.IsNaN(sum)) Losses.RefuseNaN<T>([T.NaN], x, target, name, IsProbability);
        y = Tensor.Allocate(Shape.Scalar, x.DType);
        y.Write<T>()[0] = T.CreateTruncating(sum);
        return y;
    }

    private static bool IsProbability => typeof(TLoss) == typeof(BinaryCrossEntropyLoss);

    protected internal override void Backward(Tensor grad, BackwardPass pass)
    {
        var (original, wanted) = (x.Get(this), target.Get(this));
        if (pass.CreatesGraph)
        {
            Composition.SendGradients(pass, grad, [original, wanted], inputs => Losses.Reduce(plain!(inputs[0]!, inputs[1]!, loss), reduction, name));
            return;
        }
        var (a, b) = Prepare(original, wanted, name);
        if (pass.Needs(0)) pass.Send(0, Gradient(a, b, grad, toTarget: false));
        if (pass.Needs(1)) pass.Send(1, Gradient(a, b, grad, toTarget: true));
    }

    private Tensor Gradient(Tensor a, Tensor b, Tensor grad, bool toTarget)
    {
        var y = Tensor.Allocate(a.Shape, a.DType);
        double scale = reduction == LossReduction.None ? 1 : grad.Item() * Losses.Scale(a, reduction, name);
        if (a.DType == DType.Float32) LossKernels.Gradient(a.Read<float>(), b.Read<float>(), scale, y.Write<float>(), toTarget, loss);
        else LossKernels.Gradient(a.Read<double>(), b.Read<double>(), scale, y.Write<double>(), toTarget, loss);
        return reduction == LossReduction.None ? y.MulInPlace(grad) : y;
    }
}

/// <summary>What losses share.</summary>
internal static class Losses
{
    /// <summary>The factor by which a reduction multiplies the sum.</summary>
    /// <exception cref="ArgumentException">A mean over nothing.</exception>
    internal static double Scale(Tensor x, LossReduction reduction, string name)
    {
        switch (reduction)
        {
            case LossReduction.Sum: return 1;
            case LossReduction.BatchMean when x.Rank > 0 && x.Shape[0] > 0: return 1.0 / x.Shape[0];
            case LossReduction.Mean when x.Count > 0: return 1.0 / x.Count;
            default: throw new ArgumentException($"{name}: the prediction {x.Shape} is empty or has no batch dimension, so there is no mean; skip empty batches or use LossReduction.Sum.");
        }
    }

    /// <summary>Reduces a loss that was computed element by element, recorded.</summary>
    internal static Tensor Reduce(Tensor losses, LossReduction reduction, string name) => reduction switch
    {
        LossReduction.None => losses,
        LossReduction.Sum => losses.Sum(),
        _ => losses.Sum() * Scale(losses, reduction, name),
    };

    internal static bool BroadcastsTo(Shape from, Shape to)
    {
        int lead = to.Rank - from.Rank;
        if (lead < 0) return false;
        for (int d = 0; d < from.Rank; d++)
        {
            if (from.Sizes[d] != 1 && from.Sizes[d] != to.Sizes[d + lead]) return false;
        }
        return true;
    }

    /// <summary>Blames a NaN in the result on NaN in the target or on a prediction outside 0 to 1; one that came with the prediction passes on.</summary>
    internal static void RefuseNaN<T>(ReadOnlySpan<T> result, Tensor x, Tensor target, string name, bool isProbability) where T : unmanaged, IFloatingPointIeee754<T>
    {
        bool any = false;
        foreach (var value in result) any |= T.IsNaN(value);
        if (!any) return;
        var targets = target.Read<T>();
        for (int i = 0; i < targets.Length; i++)
        {
            if (T.IsNaN(targets[i])) throw new ArgumentException($"{name}: the target is NaN at {Place(target.Shape, i)}; remove or repair such examples before training.");
        }
        if (!isProbability) return;
        var values = x.Read<T>();
        for (int i = 0; i < values.Length; i++)
        {
            if (!(values[i] < T.Zero || values[i] > T.One)) continue;
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{name}: the prediction at {Place(x.Shape, i)} is {values[i]}, not a probability between 0 and 1. Apply Sigmoid() first, or use BinaryCrossEntropyWithLogits."));
        }
    }

    /// <summary>The position of an element as indices, <c>[3, 0]</c>.</summary>
    internal static string Place(Shape shape, int element)
    {
        var place = new int[shape.Rank];
        for (int d = place.Length - 1; d >= 0; d--) (element, place[d]) = Math.DivRem(element, shape.Sizes[d]);
        return Shape.Format(place);
    }
}
