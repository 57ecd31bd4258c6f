using System.Numerics;
using System.Runtime.InteropServices;
using Baeum.Kernels;

namespace Baeum;

/// <summary>Operations whose result is Bool. They have no derivative and record nothing, as in PyTorch.</summary>
internal static class CompareOps
{
    /// <summary>A comparison of two tensors in the type in which they meet; shapes broadcast.</summary>
    internal static Tensor Compare<TFunction>(Tensor a, Tensor b, string operation) where TFunction : struct, IBinaryFunction
    {
        var dtype = DTypes.Promote(a, b);
        if (dtype.IsFloatingPoint() && !dtype.IsCompute()) throw Binary.Unsupported(operation, dtype);
        if (dtype == DType.Bool) dtype = DType.Int64;
        if (a.DType != dtype) a = a.Detach().To(dtype);
        if (b.DType != dtype) b = b.Detach().To(dtype);
        var y = Tensor.Allocate(Shape.Broadcast(a.Shape, b.Shape, operation), DType.Bool);
        switch (dtype)
        {
            case DType.Float32: Run<float>(); break;
            case DType.Float64: Run<double>(); break;
            default: Run<long>(); break;
        }
        return y;

        void Run<T>() where T : unmanaged, INumber<T> => Elementwise.Compare<T, TFunction>(y.Shape.Sizes, a.Strided<T>(), ExpandOp.Strides(a, y.Shape), b.Strided<T>(), ExpandOp.Strides(b, y.Shape), y.Write<bool>());
    }

    /// <summary>A comparison with a number, which takes the tensor's type if that is floating-point.</summary>
    internal static Tensor Compare<TFunction>(Tensor a, double number, string operation) where TFunction : struct, IBinaryFunction
    {
        if (!a.DType.IsCompute() || !a.IsContiguous) return Compare<TFunction>(a, a.Number(number), operation);
        var y = Tensor.Allocate(a.Shape, DType.Bool);
        if (a.DType == DType.Float32) Elementwise.Compare<float, TFunction>([a.Count], a.Read<float>(), [1], [(float)number], [0], y.Write<bool>());
        else Elementwise.Compare<double, TFunction>([a.Count], a.Read<double>(), [1], [number], [0], y.Write<bool>());
        return y;
    }

    /// <summary>A test of every element.</summary>
    internal static Tensor Test<TFunction>(Tensor x, string operation) where TFunction : struct, IUnaryFunction
    {
        if (x.DType is DType.Float16 or DType.BFloat16) throw Binary.Unsupported(operation, x.DType);
        var y = Tensor.Allocate(x.Shape, DType.Bool);
        switch (x.DType)
        {
            case DType.Float32: Run<float>(x); break;
            case DType.Float64: Run<double>(x); break;
            case DType.Int64: Run<long>(x); break;
            default: Run<long>(x.To(DType.Int64)); break;
        }
        return y;

        void Run<T>(Tensor source) where T : unmanaged, INumber<T> => Elementwise.Test<T, TFunction>(y.Shape.Sizes, source.Strided<T>(), source.StrideArray, y.Write<bool>());
    }

    /// <summary>A bitwise function of truth values or of whole numbers; shapes broadcast.</summary>
    internal static Tensor Bitwise<TFunction>(Tensor a, Tensor b, string operation) where TFunction : struct, IBinaryFunction
    {
        if (a.DType > DType.Int64 || b.DType > DType.Int64)
            throw new ArgumentException($"{operation}: takes Bool or Int64 tensors, got {a.Describe()} and {b.Describe()}; compare with a number first, for example x > 0, or use Logical{operation}.");
        if (a.DType != DType.Bool || b.DType != DType.Bool) return Binary.Compute<TFunction>(a, b, operation);
        var y = Tensor.Allocate(Shape.Broadcast(a.Shape, b.Shape, operation), DType.Bool);
        Elementwise.Binary<byte, TFunction>(y.Shape.Sizes, Bytes(a), ExpandOp.Strides(a, y.Shape), Bytes(b), ExpandOp.Strides(b, y.Shape), Bytes(y));
        return y;
    }

    /// <summary>Whether each element is not zero; a Bool tensor itself.</summary>
    internal static Tensor Truth(Tensor x) => x.DType == DType.Bool ? x : Compare<NotEqualFunction>(x, Tensor.Scalar(0, x.DType), "Truth");

    private static Span<byte> Bytes(Tensor x) => MemoryMarshal.Cast<bool, byte>(x.Strided<bool>());
}
