using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Baeum.Kernels;

/// <summary>
/// Strided copies into contiguous memory, and conversion of contiguous memory between element types, cut into pieces for the threads. A transposing copy walks tiles, because reading or
/// writing every line of the cache for one element each is many times slower.
/// </summary>
internal static class ContiguousCopy
{
    private const int Tile = 32;

    /// <summary>y = x for x of any strides (0 repeats); y is contiguous and has the given shape.</summary>
    [SkipLocalsInit]
    public static void Copy<T>(ReadOnlySpan<int> shape, ReadOnlySpan<T> x, ReadOnlySpan<int> strides, Span<T> y) where T : unmanaged
    {
        var layout = new Layout(shape, strides, default, default, 1);
        if (layout.Length == 0) return;
        Elementwise.Check(layout, 0, x.Length, y.Length);
        int last = layout.Rank - 1;
        if (last == 0 && layout.Stride(0, 0) == 1)
        {
            x[..layout.Length].CopyTo(y);
        }
        else if (last >= 1 && layout.Stride(0, last) != 1 && layout.Stride(0, last - 1) == 1 && layout.Size(last) > 1 && layout.Size(last - 1) > 3)
        {
            var body = new TransposeBody<T> { X = x, Y = y, Layout = layout };
            int rows = layout.Size(last - 1), strips = (rows + Tile - 1) / Tile;
            int planes = layout.Length / rows / layout.Inner;
            body.Strips = strips;
            Threads.For(checked(planes * strips), layout.Length * 1.0, ref body);
        }
        else
        {
            var body = new CopyBody<T> { X = x, Y = y, Layout = layout };
            Elementwise.RunRows(layout, 0.6, ref body);
        }
    }

    /// <summary>
    /// Converts between float, double, long, bool, Half and BFloat16 (as ushort). To whole numbers cuts toward zero; to bool is x ≠ 0;
    /// to the 16-bit types rounds to nearest, ties to even.
    /// </summary>
    public static void Convert<TFrom, TTo>(ReadOnlySpan<TFrom> x, Span<TTo> y) where TFrom : unmanaged where TTo : unmanaged
    {
        Elementwise.Same(x.Length, y.Length);
        if (typeof(TFrom) == typeof(TTo))
        {
            MemoryMarshal.Cast<TFrom, TTo>(x).CopyTo(y);
            return;
        }
        var body = new ConvertBody<TFrom, TTo> { X = x, Y = y };
        Threads.ForRange(y.Length, Elementwise.Grain, 0.8, ref body);
    }

    private ref struct ConvertBody<TFrom, TTo> : IRangeBody where TFrom : unmanaged where TTo : unmanaged
    {
        public ReadOnlySpan<TFrom> X;
        public Span<TTo> Y;

        [MethodImpl(Simd.HotLoop)]
        public readonly void Invoke(int start, int end)
        {
            ref TFrom x = ref MemoryMarshal.GetReference(X);
            ref TTo y = ref MemoryMarshal.GetReference(Y);
            nint i = start;
            if (typeof(TFrom) == typeof(ushort) && typeof(TTo) == typeof(float) && Vector128.IsHardwareAccelerated)
            {
                // Weights of language models come this way: eight at a time.
                ref ushort from = ref Unsafe.As<TFrom, ushort>(ref x);
                ref float to = ref Unsafe.As<TTo, float>(ref y);
                for (; i <= end - 8; i += 8)
                {
                    Vector128<ushort> bits = Vector128.LoadUnsafe(ref from, (nuint)i);
                    Vector128.ShiftLeft(Vector128.WidenLower(bits), 16).AsSingle().StoreUnsafe(ref to, (nuint)i);
                    Vector128.ShiftLeft(Vector128.WidenUpper(bits), 16).AsSingle().StoreUnsafe(ref to, (nuint)i + 4);
                }
            }
            if (typeof(TFrom) == typeof(bool) && (typeof(TTo) == typeof(float) || typeof(TTo) == typeof(double)) && Vector128.IsHardwareAccelerated)
            {
                // Masks: every byte widens to a lane of set bits, which lets the bits of 1 pass. A branch for each would be guessed wrong half of the time.
                for (; i <= end - 8; i += 8)
                {
                    var bytes = Vector128.CreateScalar(Unsafe.ReadUnaligned<long>(ref Unsafe.As<TFrom, byte>(ref Unsafe.Add(ref x, i)))).AsSByte();
                    Vector128<short> mask = Vector128.WidenLower(~Vector128.Equals(bytes, Vector128<sbyte>.Zero));
                    StoreMask(Vector128.WidenLower(mask), ref Unsafe.Add(ref y, i));
                    StoreMask(Vector128.WidenUpper(mask), ref Unsafe.Add(ref y, i + 4));
                }
            }
            for (; i < end; i++) Unsafe.Add(ref y, i) = CopyKernels.Convert<TFrom, TTo>(Unsafe.Add(ref x, i));
        }
    }

    /// <summary>Four numbers: 1 where the mask is set, 0 elsewhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreMask<TTo>(Vector128<int> mask, ref TTo y) where TTo : unmanaged
    {
        if (typeof(TTo) == typeof(float))
        {
            (mask.AsSingle() & Vector128.Create(1f)).StoreUnsafe(ref Unsafe.As<TTo, float>(ref y));
            return;
        }
        ref double to = ref Unsafe.As<TTo, double>(ref y);
        (Vector128.WidenLower(mask).AsDouble() & Vector128.Create(1.0)).StoreUnsafe(ref to);
        (Vector128.WidenUpper(mask).AsDouble() & Vector128.Create(1.0)).StoreUnsafe(ref to, 2);
    }

    private ref struct CopyBody<T> : Elementwise.IRowBody where T : unmanaged
    {
        public ReadOnlySpan<T> X;
        public Span<T> Y;
        public Layout Layout;

        [MethodImpl(Simd.HotLoop)]
        public readonly void Row(long row, nint column, nint output, nint n)
        {
            nint stride = Layout.InnerStride(0), offset = Layout.Offset(0, row) + column * stride;
            Span<T> target = Y.Slice((int)output, (int)n);
            if (stride == 1) X.Slice((int)offset, (int)n).CopyTo(target);
            else if (stride == 0) target.Fill(X[(int)offset]);
            else
            {
                ref T x = ref Unsafe.Add(ref MemoryMarshal.GetReference(X), offset);
                ref T y = ref MemoryMarshal.GetReference(target);
                for (nint i = 0; i < n; i++) Unsafe.Add(ref y, i) = Unsafe.Add(ref x, i * stride);
            }
        }
    }

    /// <summary>One strip of rows of one plane; inside, tiles of <see cref="Tile"/> × <see cref="Tile"/>.</summary>
    private ref struct TransposeBody<T> : IChunkBody where T : unmanaged
    {
        public ReadOnlySpan<T> X;
        public Span<T> Y;
        public Layout Layout;
        public int Strips;

        [MethodImpl(Simd.HotLoop)]
        public readonly void Invoke(int chunk)
        {
            (int plane, int strip) = Math.DivRem(chunk, Strips);
            int last = Layout.Rank - 1, rows = Layout.Size(last - 1), columns = Layout.Size(last);
            nint stride = Layout.Stride(0, last);
            ref T x = ref Unsafe.Add(ref MemoryMarshal.GetReference(X), Layout.Offset(0, (long)plane * rows));
            ref T y = ref Unsafe.Add(ref MemoryMarshal.GetReference(Y), (nint)plane * rows * columns);
            int top = strip * Tile, bottom = Math.Min(top + Tile, rows);
            for (int left = 0; left < columns; left += Tile)
            {
                int right = Math.Min(left + Tile, columns);
                for (nint r = top; r < bottom; r++)
                {
                    ref T from = ref Unsafe.Add(ref x, r);
                    ref T to = ref Unsafe.Add(ref y, r * columns);
                    for (nint c = left; c < right; c++) Unsafe.Add(ref to, c) = Unsafe.Add(ref from, c * stride);
                }
            }
        }
    }
}
