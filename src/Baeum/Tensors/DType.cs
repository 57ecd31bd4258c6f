namespace Baeum;

/// <summary>The type of a tensor's elements.</summary>
/// <remarks>
/// <see cref="Float32"/> and <see cref="Float64"/> are computed with; <see cref="Int64"/> and <see cref="Bool"/> hold ids and masks;
/// <see cref="Float16"/> and <see cref="BFloat16"/> are storage only: convert with <see cref="Tensor.To(DType)"/> before computing.
/// </remarks>
public enum DType : byte
{
    /// <summary>Truth values, one byte an element.</summary>
    Bool,

    /// <summary>64-bit signed integers.</summary>
    Int64,

    /// <summary>IEEE 754 half precision (storage only).</summary>
    Float16,

    /// <summary>The upper half of a Float32 (storage only), held as <see cref="ushort"/>.</summary>
    BFloat16,

    /// <summary>IEEE 754 single precision.</summary>
    Float32,

    /// <summary>IEEE 754 double precision.</summary>
    Float64,
}

/// <summary>What is known of a <see cref="DType"/>, and how two of them meet.</summary>
public static class DTypes
{
    /// <summary>Whether the type has a fractional part.</summary>
    public static bool IsFloatingPoint(this DType type) => type >= DType.Float16;

    /// <summary>Whether the engine computes gradients in this type.</summary>
    public static bool IsCompute(this DType type) => type >= DType.Float32;

    /// <summary>Bytes an element takes.</summary>
    public static int ByteSize(this DType type) => type switch
    {
        DType.Bool => 1,
        DType.Float16 or DType.BFloat16 => 2,
        DType.Float32 => 4,
        _ => 8,
    };

    /// <summary>The type in which two types meet (PyTorch's promotion lattice).</summary>
    public static DType Promote(DType a, DType b) =>
        a == b ? a
        : a is DType.Float16 or DType.BFloat16 && b is DType.Float16 or DType.BFloat16 ? DType.Float32
        : a > b ? a : b;

    /// <summary>
    /// The type in which two tensors meet: a tensor without dimensions gives way to one with dimensions unless its category
    /// (bool, integer, floating point) is higher, as in PyTorch.
    /// </summary>
    public static DType Promote(Tensor a, Tensor b)
    {
        if (a.DType == b.DType) return a.DType;
        if (a.Rank == 0 != (b.Rank == 0))
        {
            var (dimensioned, scalar) = a.Rank == 0 ? (b.DType, a.DType) : (a.DType, b.DType);
            if (Category(scalar) <= Category(dimensioned)) return dimensioned;
        }
        return Promote(a.DType, b.DType);
    }

    /// <summary>The type of <paramref name="tensor"/> combined with a C# number.</summary>
    internal static DType PromoteNumber(Tensor tensor, bool numberIsInteger) =>
        tensor.DType.IsFloatingPoint() ? tensor.DType
        : !numberIsInteger ? DType.Float32
        : DType.Int64;

    internal static DType Of<T>() =>
        typeof(T) == typeof(float) ? DType.Float32
        : typeof(T) == typeof(double) ? DType.Float64
        : typeof(T) == typeof(long) ? DType.Int64
        : typeof(T) == typeof(bool) ? DType.Bool
        : typeof(T) == typeof(Half) ? DType.Float16
        : typeof(T) == typeof(ushort) ? DType.BFloat16
        : throw new NotSupportedException($"Tensor: elements of type {typeof(T).Name} are not supported; use float, double, long or bool.");

    private static int Category(DType type) => type switch { DType.Bool => 0, DType.Int64 => 1, _ => 2 };
}
