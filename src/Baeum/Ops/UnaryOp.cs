using System.Numerics;
using Baeum.Kernels;

namespace Baeum;

/// <summary>What a function of one number keeps for its derivative.</summary>
internal enum Keeps
{
    Nothing,
    Input,
    Output,
}

/// <summary>A function of one number, its derivative as a kernel, and the same derivative in tensor operations for <c>createGraph</c>.</summary>
internal abstract class UnaryRule(string name, Keeps keeps, Func<Tensor, Tensor>? derivative, bool wholeStaysWhole)
{
    internal string Name => name;
    internal Keeps Keeps => keeps;

    /// <summary>Whether Int64 stays Int64; otherwise it is computed as Float32, as in PyTorch.</summary>
    internal bool WholeStaysWhole => wholeStaysWhole;

    /// <summary>Writes f(x) into a contiguous tensor of the same shape and type.</summary>
    internal abstract void Forward(Tensor x, Tensor y);

    /// <summary>The gradient of the input; <paramref name="kept"/> is the input or the output, as <see cref="Keeps"/> says.</summary>
    internal virtual Tensor Gradient(Tensor grad, Tensor? kept) => Composed(grad, kept);

    /// <summary><see cref="Gradient"/> in recorded operations. A function without a derivative has slope zero wherever it has one.</summary>
    internal virtual Tensor Composed(Tensor grad, Tensor? kept) => derivative is null ? Tensor.ZerosLike(grad) : grad * derivative(kept!);
}

/// <summary>A rule whose derivative is always computed in tensor operations.</summary>
internal class UnaryRule<TFunction>(string name, TFunction function = default, Keeps keeps = Keeps.Nothing, Func<Tensor, Tensor>? derivative = null, bool wholeStaysWhole = false)
    : UnaryRule(name, keeps, derivative, wholeStaysWhole)
    where TFunction : struct, IUnaryFunction
{
    private readonly TFunction function = function;

    internal sealed override void Forward(Tensor x, Tensor y) => UnaryOp.Run(x, y, in function);
}

/// <summary>A rule with a kernel that gets the gradient and the kept tensor.</summary>
internal sealed class UnaryRule<TFunction, TGradient>(string name, Keeps keeps, Func<Tensor, Tensor> derivative, TFunction function = default, TGradient gradient = default, bool wholeStaysWhole = false)
    : UnaryRule<TFunction>(name, function, keeps, derivative, wholeStaysWhole)
    where TFunction : struct, IUnaryFunction where TGradient : struct, IBinaryFunction
{
    private readonly TGradient gradient = gradient;

    internal override Tensor Gradient(Tensor grad, Tensor? kept)
    {
        var dx = Tensor.Allocate(kept!.Shape, kept.DType);
        if (kept.DType == DType.Float32) Binary.Run<float, TGradient>(grad, kept, dx, in gradient);
        else Binary.Run<double, TGradient>(grad, kept, dx, in gradient);
        return dx;
    }
}

/// <summary>A function of one number, applied to every element.</summary>
internal sealed class UnaryOp(Tensor x, Tensor y, UnaryRule rule) : Node(x)
{
    private readonly Saved kept = rule.Keeps switch { Keeps.Input => x, Keeps.Output => y, _ => null };

    public override string Name => rule.Name;

    protected internal override bool IsDifferentiable => true;

    internal static Tensor Apply(Tensor x, UnaryRule rule)
    {
        if (!x.DType.IsCompute()) x = Accepted(x, rule.Name, rule.WholeStaysWhole);
        var y = Tensor.Allocate(x.Shape, x.DType);
        rule.Forward(x, y);
        return Autograd.Records(x) ? y.Record(new UnaryOp(x, y, rule)) : y;
    }

    /// <summary>f(x) where nothing is recorded, which needs no rule.</summary>
    internal static Tensor Compute<TFunction>(Tensor x, in TFunction function, string operation) where TFunction : struct, IUnaryFunction
    {
        if (!x.DType.IsCompute()) x = Accepted(x, operation, wholeStaysWhole: false);
        var y = Tensor.Allocate(x.Shape, x.DType);
        Run(x, y, in function);
        return y;
    }

    /// <summary>Writes f(x) into a contiguous tensor of the same shape and type.</summary>
    internal static void Run<TFunction>(Tensor x, Tensor y, in TFunction function) where TFunction : struct, IUnaryFunction
    {
        switch (x.DType)
        {
            case DType.Float32: Run<float, TFunction>(x, y, in function); break;
            case DType.Float64: Run<double, TFunction>(x, y, in function); break;
            default: Run<long, TFunction>(x, y, in function); break;
        }
    }

    private static void Run<T, TFunction>(Tensor x, Tensor y, in TFunction function) where T : unmanaged, INumber<T> where TFunction : struct, IUnaryFunction
    {
        if (x.IsContiguous) Elementwise.Unary(x.Read<T>(), y.Write<T>(), in function);
        else Elementwise.Unary(x.Shape.Sizes, x.Strided<T>(), x.StrideArray, y.Write<T>(), in function);
    }

    private static Tensor Accepted(Tensor x, string operation, bool wholeStaysWhole) => x.DType switch
    {
        DType.Int64 => wholeStaysWhole ? x : x.To(DType.Float32),
        DType.Bool => x.To(wholeStaysWhole ? DType.Int64 : DType.Float32),
        _ => throw Binary.Unsupported(operation, x.DType),
    };

    protected internal override void Backward(Tensor grad, BackwardPass pass)
    {
        var saved = kept.IsPresent ? kept.Get(this) : null;
        pass.Send(0, pass.CreatesGraph ? rule.Composed(grad, saved) : rule.Gradient(grad, saved));
    }
}
