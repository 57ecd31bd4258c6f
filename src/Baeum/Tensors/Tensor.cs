using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Baeum;

/// <summary>
/// An array of numbers with any number of dimensions, on which the engine computes and through which it differentiates.
/// </summary>
/// <remarks>
/// Reshaping, transposing, slicing and expanding give views that share memory; everything else gives new tensors. Methods that change
/// a tensor in place end in <c>InPlace</c>. Operators broadcast as in NumPy.
/// </remarks>
public sealed partial class Tensor : IDisposable
{
    internal readonly Storage storage;
    internal readonly int offset;
    private readonly Shape shape;
    private readonly int[]? strides; // null: contiguous, row-major

    /// <summary>How this tensor was computed, or the leaf that gathers its gradient; null when nothing is recorded.</summary>
    internal Node? node;

    /// <summary>Which of the node's outputs this tensor is.</summary>
    internal int outputIndex;

    private Tensor? retainedGradient;

    internal Tensor(Storage storage, Shape shape, int offset, int[]? strides = null)
    {
        this.storage = storage;
        this.shape = shape;
        this.offset = offset;
        this.strides = strides;
    }

    /// <summary>The sizes of the dimensions.</summary>
    public Shape Shape => shape;

    /// <summary>The number of dimensions.</summary>
    public int Rank => shape.Rank;

    /// <summary>The number of elements.</summary>
    public int Count => shape.Count;

    /// <summary>The type of the elements.</summary>
    public DType DType => storage.DType;

    /// <summary>Elements to step over for one step along each dimension.</summary>
    public ReadOnlySpan<int> Strides => StrideArray;

    internal int[] StrideArray => strides ?? shape.Strides;

    /// <summary>Whether the elements lie in memory one after the other, row by row.</summary>
    public bool IsContiguous => strides is null;

    /// <summary>Bytes that the elements take.</summary>
    public long ByteCount => (long)Count * DType.ByteSize();

    /// <summary>A new tensor whose contents are not defined yet.</summary>
    internal static Tensor Allocate(Shape shape, DType dtype)
    {
        var memory = Storage.Allocate(dtype, shape.Count);
        return new(memory, shape, memory.Start);
    }

    /// <summary>A view of the same memory; strides that are row-major are recognised.</summary>
    internal Tensor ViewOf(Shape newShape, int[] newStrides, int newOffset)
    {
        bool contiguous = true;
        int step = 1;
        for (int d = newStrides.Length - 1; d >= 0 && contiguous; d--)
        {
            contiguous = newShape.Sizes[d] == 1 || newStrides[d] == step;
            step *= newShape.Sizes[d];
        }
        return new Tensor(storage, newShape, newOffset, contiguous || newShape.Count == 0 ? null : newStrides);
    }

    /// <summary>The elements of a contiguous tensor, to read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ReadOnlySpan<T> Read<T>()
    {
        System.Diagnostics.Debug.Assert(strides is null, "the caller must make the tensor contiguous");
        System.Diagnostics.Debug.Assert(DTypes.Of<T>() == DType, "element type differs");
        return MemoryMarshal.CreateReadOnlySpan(ref storage.At<T>(offset), shape.Count);
    }

    /// <summary>The elements of a contiguous tensor, to write into a tensor that nobody else has seen yet.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Span<T> Write<T>() => MemoryMarshal.CreateSpan(ref storage.At<T>(offset), shape.Count);

    /// <summary>The memory from this tensor's first element on, to be read or written through <see cref="Strides"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Span<T> Strided<T>() => MemoryMarshal.CreateSpan(ref storage.At<T>(offset), storage.End - offset);

    /// <summary>The elements of a contiguous tensor.</summary>
    /// <typeparam name="T">float, double, long or bool, as <see cref="DType"/> says.</typeparam>
    /// <exception cref="InvalidOperationException">The element type differs, or the tensor is a strided view.</exception>
    public ReadOnlySpan<T> AsSpan<T>()
    {
        RequireElements<T>(nameof(AsSpan));
        if (!IsContiguous) throw new InvalidOperationException($"AsSpan: the tensor {Describe()} is a strided view; call Contiguous() first.");
        return Read<T>();
    }

    /// <summary>A copy of the elements, row by row.</summary>
    /// <typeparam name="T">float, double, long or bool, as <see cref="DType"/> says.</typeparam>
    public T[] ToArray<T>()
    {
        RequireElements<T>(nameof(ToArray));
        return Contiguous().Read<T>().ToArray();
    }

    private void RequireElements<T>(string operation)
    {
        if (DTypes.Of<T>() != DType)
            throw new InvalidOperationException($"{operation}: the tensor holds {DType}, not {DTypes.Of<T>()}; convert it first, for example with To(DType.{DTypes.Of<T>()}).");
    }

    /// <summary>The only element, as a double.</summary>
    /// <exception cref="InvalidOperationException">The tensor has more or fewer than one element.</exception>
    public double Item() => Count == 1
        ? ElementAt(offset)
        : throw new InvalidOperationException($"Item: the tensor has shape {Shape}, not one element; choose one with an index or reduce first.");

    /// <summary>The only element, as a whole number.</summary>
    public long ItemLong() => DType == DType.Int64 && Count == 1 ? storage.At<long>(offset) : checked((long)Item());

    private double ElementAt(int position) => DType switch
    {
        DType.Float32 => storage.At<float>(position),
        DType.Float64 => storage.At<double>(position),
        DType.Int64 => storage.At<long>(position),
        DType.Bool => storage.At<bool>(position) ? 1 : 0,
        DType.Float16 => (double)storage.At<Half>(position),
        _ => BitConverter.UInt32BitsToSingle((uint)storage.At<ushort>(position) << 16),
    };

    /// <summary>The only element.</summary>
    public static explicit operator double(Tensor tensor) => tensor.Item();

    /// <summary>The only element.</summary>
    public static explicit operator float(Tensor tensor) => (float)tensor.Item();

    /// <summary>The only element.</summary>
    public static explicit operator int(Tensor tensor) => checked((int)tensor.ItemLong());

    /// <summary>The only element, as a truth value.</summary>
    public static explicit operator bool(Tensor tensor) => tensor.Item() != 0;

    /// <summary>This tensor, or a contiguous copy of it if it is a strided view.</summary>
    public Tensor Contiguous() => IsContiguous ? this : CopyOp.Apply(this, DType);

    /// <summary>A copy with memory of its own; gradients flow through it.</summary>
    public Tensor Clone() => CopyOp.Apply(this, DType);

    /// <summary>The elements converted to another type; this tensor itself if it has the type already.</summary>
    public Tensor To(DType dtype) => dtype == DType ? this : CopyOp.Apply(this, dtype);

    /// <summary>Gives the memory back at once. Using this tensor or a view of it afterwards throws.</summary>
    public void Dispose() => storage.Release();

    /// <summary>For messages: type and shape, <c>Float32 [2, 3]</c>.</summary>
    internal string Describe() => string.Create(CultureInfo.InvariantCulture, $"{DType} {Shape}");

    /// <summary>Prints the elements as PyTorch does.</summary>
    public override string ToString() => TensorPrinter.Print(this);
}
