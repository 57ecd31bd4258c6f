using Baeum.Kernels;

namespace Baeum;

/// <summary>A function of two numbers and its derivatives by each, in tensor operations on (a, b, result).</summary>
internal abstract class BinaryRule(string name, Func<Tensor, Tensor, Tensor, Tensor>? byA, Func<Tensor, Tensor, Tensor, Tensor>? byB, Func<long, long, long>? whole)
{
    internal string Name => name;
    internal Func<Tensor, Tensor, Tensor, Tensor>? ByA => byA;
    internal Func<Tensor, Tensor, Tensor, Tensor>? ByB => byB;

    internal abstract Tensor ComputeFloating(Tensor a, Tensor b);

    /// <summary>Whole numbers stay whole where the rule has a form for them, else they are computed as Float32.</summary>
    internal Tensor Compute(Tensor a, Tensor b)
    {
        if (whole is null || a.DType.IsFloatingPoint() || b.DType.IsFloatingPoint()) return ComputeFloating(a, b);
        var shape = Shape.Broadcast(a.Shape, b.Shape, name);
        var left = ExpandOp.Apply(a.To(DType.Int64), shape).Contiguous().Read<long>();
        var right = ExpandOp.Apply(b.To(DType.Int64), shape).Contiguous().Read<long>();
        var y = Tensor.Allocate(shape, DType.Int64);
        var result = y.Write<long>();
        for (int i = 0; i < result.Length; i++) result[i] = whole(left[i], right[i]);
        return y;
    }
}

/// <inheritdoc/>
internal sealed class BinaryRule<TFunction>(string name, Func<Tensor, Tensor, Tensor, Tensor>? byA = null, Func<Tensor, Tensor, Tensor, Tensor>? byB = null, Func<long, long, long>? whole = null)
    : BinaryRule(name, byA, byB, whole)
    where TFunction : struct, IBinaryFunction
{
    internal override Tensor ComputeFloating(Tensor a, Tensor b) => Binary.Compute<TFunction>(a, b, Name, wholeNumbersAs: DType.Float32);
}

/// <summary>A function of two numbers, applied to the elements of two tensors; shapes broadcast.</summary>
internal sealed class BinaryOp(Tensor a, Tensor b, Tensor y, BinaryRule rule) : Node(a, b)
{
    private readonly Saved a = a, b = b, y = y;

    public override string Name => rule.Name;

    protected internal override bool IsDifferentiable => true;

    internal static Tensor Apply(Tensor a, Tensor b, BinaryRule rule)
    {
        var y = rule.Compute(a, b);
        return Autograd.Records(a, b) ? y.Record(new BinaryOp(a, b, y, rule)) : y;
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass)
    {
        if (pass.Needs(0)) pass.Send(0, Times(grad, rule.ByA));
        if (pass.Needs(1)) pass.Send(1, Times(grad, rule.ByB));
    }

    private Tensor Times(Tensor grad, Func<Tensor, Tensor, Tensor, Tensor>? slope) =>
        slope is null ? Tensor.ZerosLike(grad) : grad * slope(a.Get(this), b.Get(this), y.Get(this));
}

internal static class BinaryRules
{
    // a^b: where the exponent is 0 the slope by a is 0 even at a = 0; where a = 0 and b >= 0 so is the slope by b
    internal static readonly BinaryRule Pow = new BinaryRule<PowerFunction>("Pow",
        (a, b, _) => Tensor.Where(b.Eq(0), 0, b * a.Pow(b - 1.0)),
        (a, b, y) => y * Tensor.Where(a.Eq(0) & (b >= 0), 1, a).Log(),
        WholePower);

    internal static readonly BinaryRule Atan2 = new BinaryRule<Atan2Function>("Atan2", (a, b, _) => b / (a * a + b * b), (a, b, _) => -a / (a * a + b * b));
    internal static readonly BinaryRule Maximum = new BinaryRule<MaxFunction>("Maximum", (a, b, _) => Share(a, b), (a, b, _) => Share(b, a), Math.Max);
    internal static readonly BinaryRule Minimum = new BinaryRule<MinFunction>("Minimum", (a, b, _) => Share(b, a), (a, b, _) => Share(a, b), Math.Min);
    internal static readonly BinaryRule Hypot = new BinaryRule<HypotFunction>("Hypot", (a, _, y) => a / y, (_, b, y) => b / y);

    internal static readonly BinaryRule Fmod = new BinaryRule<FmodFunction>("Fmod", (_, b, _) => Tensor.OnesLike(b), (a, b, _) => -(a / b).Trunc(), (a, b) => b == -1 ? 0 : a % NotZero(b));
    internal static readonly BinaryRule Remainder = new BinaryRule<RemainderFunction>("Remainder", (_, b, _) => Tensor.OnesLike(b), (a, b, _) => -a.FloorDivide(b), (a, b) => a - FloorQuotient(a, b) * b);
    internal static readonly BinaryRule FloorDivide = new BinaryRule<FloorQuotientFunction>("FloorDivide", whole: FloorQuotient);

    /// <summary>The share of a maximum's gradient that goes to <paramref name="a"/>; ties are split in half.</summary>
    private static Tensor Share(Tensor a, Tensor b) => Binary.Compute<MaxShareFunction>(a, b, "Maximum");

    private static long FloorQuotient(long a, long b)
    {
        if (b == -1) return unchecked(-a);
        long quotient = a / NotZero(b);
        return a % b != 0 && a < 0 != b < 0 ? quotient - 1 : quotient;
    }

    private static long NotZero(long divisor) => divisor != 0 ? divisor : throw new DivideByZeroException("A whole number was divided by zero; convert to Float32 first if infinity or NaN is wanted.");

    private static long WholePower(long a, long exponent)
    {
        if (exponent < 0) return a == 1 ? 1 : a == -1 ? (exponent % 2 == 0 ? 1 : -1) : 0;
        long power = 1;
        for (; exponent > 0; exponent >>= 1)
        {
            if ((exponent & 1) != 0) power = unchecked(power * a);
            a = unchecked(a * a);
        }
        return power;
    }
}
