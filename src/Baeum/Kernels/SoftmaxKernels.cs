using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Baeum.Kernels;

/// <summary>
/// softmax and log-softmax over the middle of a contiguous [outer, n, inner]. The greatest of a row is subtracted first, so inputs of ±1e30
/// are safe; a row of −∞ only (everything masked) gives NaN in softmax, as in PyTorch. Rows with inner = 1 run vectorised, three passes over
/// a row that stays in the first cache; other layouts walk the rows of inner side by side.
/// </summary>
internal static class SoftmaxKernels
{
    private const int ShortRow = 8, ShortRowRoom = 256;

    /// <summary>y = softmax(x); y may be x.</summary>
    public static void Softmax<T>(ReadOnlySpan<T> x, Span<T> y, int outer, int n, int inner) where T : unmanaged, INumber<T> => Forward(x, y, outer, n, inner, false);

    /// <summary>y = log softmax(x); y may be x.</summary>
    public static void LogSoftmax<T>(ReadOnlySpan<T> x, Span<T> y, int outer, int n, int inner) where T : unmanaged, INumber<T> => Forward(x, y, outer, n, inner, true);

    /// <summary>dx = y·(grad − Σ grad·y).</summary>
    public static void SoftmaxGradient<T>(ReadOnlySpan<T> grad, ReadOnlySpan<T> y, Span<T> dx, int outer, int n, int inner) where T : unmanaged, INumber<T> => Backward(y, grad, dx, outer, n, inner, false);

    /// <summary>dx = grad − e^y·Σ grad, y being the log-softmax.</summary>
    public static void LogSoftmaxGradient<T>(ReadOnlySpan<T> grad, ReadOnlySpan<T> y, Span<T> dx, int outer, int n, int inner) where T : unmanaged, INumber<T> => Backward(y, grad, dx, outer, n, inner, true);

    /// <summary>softmax of one row.</summary>
    internal static void Row<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, INumber<T>
    {
        double sum = ExpSum(x, y, Max(x));
        Elementwise.UnaryRow(ref MemoryMarshal.GetReference(y), ref MemoryMarshal.GetReference(y), y.Length, new MultiplyScalarFunction(1 / sum));
    }

    /// <summary>The greatest of a row; a NaN may be passed over, it shows in the sum of the exponentials.</summary>
    internal static T Max<T>(ReadOnlySpan<T> x) where T : unmanaged, INumber<T> => Simd.Level switch
    {
        512 => ReduceKernels.Row<Vector512Simd<T>, T, ReduceKernels.FastMaxReducer>(x),
        256 => ReduceKernels.Row<Vector256Simd<T>, T, ReduceKernels.FastMaxReducer>(x),
        128 => ReduceKernels.Row<Vector128Simd<T>, T, ReduceKernels.FastMaxReducer>(x),
        _ => ReduceKernels.Row<ScalarSimd<T>, T, ReduceKernels.FastMaxReducer>(x),
    };

    /// <summary>Σ e^(x − shift); the terms are stored in y unless it is empty.</summary>
    internal static double ExpSum<T>(ReadOnlySpan<T> x, Span<T> y, T shift) where T : unmanaged, INumber<T>
    {
        ref T px = ref MemoryMarshal.GetReference(x);
        ref T py = ref MemoryMarshal.GetReference(y);
        bool store = !y.IsEmpty;
        return Simd.Level switch
        {
            512 => ExpSum<Vector512Simd<T>, T>(ref px, ref py, x.Length, shift, store),
            256 => ExpSum<Vector256Simd<T>, T>(ref px, ref py, x.Length, shift, store),
            128 => ExpSum<Vector128Simd<T>, T>(ref px, ref py, x.Length, shift, store),
            _ => ExpSum<ScalarSimd<T>, T>(ref px, ref py, x.Length, shift, store),
        };
    }

    [MethodImpl(Simd.HotLoop)]
    private static double ExpSum<TV, T>(ref T x, ref T y, nint n, T shift, bool store) where TV : struct, ISimd<TV, T> where T : unmanaged, INumber<T>
    {
        double total = 0;
        nint i = 0;
        TV s = TV.Broadcast(shift);
        while (n - i >= TV.Count)
        {
            nint end = n - i > 4096 ? i + 4096 : n;
            TV sum = TV.Zero;
            for (; i <= end - TV.Count; i += TV.Count)
            {
                TV e = VectorMath.Exp<TV, T>(TV.Load(ref Unsafe.Add(ref x, i)) - s);
                sum += e;
                if (store) e.Store(ref Unsafe.Add(ref y, i));
            }
            total += double.CreateTruncating(TV.Sum(sum));
        }
        if (TV.Count > Vector128Simd<T>.Count && n - i >= Vector128Simd<T>.Count)
            return total + ExpSum<Vector128Simd<T>, T>(ref Unsafe.Add(ref x, i), ref Unsafe.Add(ref y, i), n - i, shift, store);
        for (; i < n; i++)
        {
            ScalarSimd<T> e = VectorMath.Exp<ScalarSimd<T>, T>(ScalarSimd<T>.Load(ref Unsafe.Add(ref x, i)) - ScalarSimd<T>.Broadcast(shift));
            total += double.CreateTruncating(ScalarSimd<T>.Sum(e));
            if (store) e.Store(ref Unsafe.Add(ref y, i));
        }
        return total;
    }

    /// <summary>Element i of every row stands at x[i·step ...]; a register holds that of several rows.</summary>
    [MethodImpl(Simd.HotLoop)]
    private static void TurnedRows<TV, T>(ref T x, nint step, nint n, nint rows, bool log) where TV : struct, ISimd<TV, T> where T : unmanaged
    {
        for (nint row = 0; row < rows; row += TV.Count)
        {
            ref T first = ref Unsafe.Add(ref x, row);
            TV greatest = TV.Load(ref first), sum = TV.Zero;
            for (nint i = 1; i < n; i++) greatest = TV.FastMax(greatest, TV.Load(ref Unsafe.Add(ref first, i * step)));
            for (nint i = 0; i < n; i++)
            {
                ref T at = ref Unsafe.Add(ref first, i * step);
                TV shifted = TV.Load(ref at) - greatest, e = VectorMath.Exp<TV, T>(shifted);
                sum += e;
                if (log) shifted.Store(ref at);
                else e.Store(ref at);
            }
            if (log) sum = VectorMath.Log<TV, T>(sum);
            for (nint i = 0; i < n; i++)
            {
                ref T at = ref Unsafe.Add(ref first, i * step);
                if (log) (TV.Load(ref at) - sum).Store(ref at);
                else (TV.Load(ref at) / sum).Store(ref at);
            }
        }
    }

    /// <summary>to[i·toStep] = from[i·fromStep].</summary>
    [MethodImpl(Simd.HotLoop)]
    private static void Move<T>(ref T from, nint fromStep, ref T to, nint toStep, nint count) where T : unmanaged
    {
        for (; count > 0; count--, from = ref Unsafe.Add(ref from, fromStep), to = ref Unsafe.Add(ref to, toStep)) to = from;
    }

    private static void Forward<T>(ReadOnlySpan<T> x, Span<T> y, int outer, int n, int inner, bool log) where T : unmanaged, INumber<T>
    {
        Check(x.Length, y.Length, outer, n, inner);
        if (x.IsEmpty) return;
        var body = new ForwardBody<T> { X = x, Y = y, N = n, Inner = inner, Log = log };
        Threads.ForRange(outer, ReduceKernels.RowsPerPiece(n, inner), (double)n * inner * 1.2, ref body);
    }

    private static void Backward<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx, int outer, int n, int inner, bool log) where T : unmanaged, INumber<T>
    {
        Check(y.Length, dx.Length, outer, n, inner);
        Check(dy.Length, dx.Length, outer, n, inner);
        if (y.IsEmpty) return;
        var body = new BackwardBody<T> { Y = y, Dy = dy, Dx = dx, N = n, Inner = inner, Log = log };
        Threads.ForRange(outer, ReduceKernels.RowsPerPiece(n, inner), (double)n * inner * 0.6, ref body);
    }

    private static void Check(int input, int output, int outer, int n, int inner)
    {
        if (input != output || (long)outer * n * inner != input)
            throw new ArgumentException($"Softmax: [{outer}, {n}, {inner}] does not match {input} elements of input and {output} of output.");
    }

    /// <summary>e^y·(−Σ dy) + dy.</summary>
    private readonly struct LogBackwardFunction(double sum) : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged => TV.MultiplyAdd(VectorMath.Exp<TV, T>(a), TV.Constant(-sum), b);
    }

    /// <summary>y·(dy − Σ dy·y).</summary>
    private readonly struct BackwardFunction(double dot) : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged => a * (b - TV.Constant(dot));
    }

    private ref struct ForwardBody<T> : IRangeBody where T : unmanaged, INumber<T>
    {
        public ReadOnlySpan<T> X;
        public Span<T> Y;
        public int N, Inner;
        public bool Log;

        public readonly void Invoke(int start, int end)
        {
            if (Inner == 1 && N <= ShortRow && end - start > 1)
            {
                ShortRows(start, end);
                return;
            }
            for (int o = start; o < end; o++)
            {
                ReadOnlySpan<T> x = X.Slice(o * N * Inner, N * Inner);
                Span<T> y = Y.Slice(o * N * Inner, N * Inner);
                if (Inner > 1)
                {
                    Strided(x, y);
                }
                else if (Log)
                {
                    T most = Max<T>(x);
                    double sum = ExpSum(x, Span<T>.Empty, most);
                    // Two subtractions keep the small differences of large inputs.
                    Elementwise.UnaryRow(ref MemoryMarshal.GetReference(x), ref MemoryMarshal.GetReference(y), N, new AddScalarFunction(-double.CreateTruncating(most)));
                    Elementwise.UnaryRow(ref MemoryMarshal.GetReference(y), ref MemoryMarshal.GetReference(y), N, new AddScalarFunction(-Math.Log(sum)));
                }
                else Row(x, y);
            }
        }

        /// <summary>Rows that would leave registers half empty are turned, so that a register holds one column of many.</summary>
        [SkipLocalsInit]
        private readonly void ShortRows(int start, int end)
        {
            Span<T> space = stackalloc T[ShortRowRoom];
            ref T room = ref MemoryMarshal.GetReference(space);
            int step = ShortRowRoom / N / 16 * 16;
            for (int o = start; o < end; o += step)
            {
                int rows = Math.Min(step, end - o);
                ref T x = ref MemoryMarshal.GetReference(X.Slice(o * N, rows * N));
                ref T y = ref MemoryMarshal.GetReference(Y.Slice(o * N, rows * N));
                for (nint i = 0; i < N; i++) Move(ref Unsafe.Add(ref x, i), N, ref Unsafe.Add(ref room, i * step), 1, rows);
                switch (Simd.Level)
                {
                    case 512: TurnedRows<Vector512Simd<T>, T>(ref room, step, N, rows, Log); break;
                    case 256: TurnedRows<Vector256Simd<T>, T>(ref room, step, N, rows, Log); break;
                    case 128: TurnedRows<Vector128Simd<T>, T>(ref room, step, N, rows, Log); break;
                    default: TurnedRows<ScalarSimd<T>, T>(ref room, step, N, rows, Log); break;
                }
                for (nint i = 0; i < N; i++) Move(ref Unsafe.Add(ref room, i * step), 1, ref Unsafe.Add(ref y, i), N, rows);
            }
        }

        private readonly void Strided(ReadOnlySpan<T> x, Span<T> y)
        {
            T[] scratch = System.Buffers.ArrayPool<T>.Shared.Rent(N);
            Span<T> row = scratch.AsSpan(0, N);
            for (int i = 0; i < Inner; i++)
            {
                for (int r = 0; r < N; r++) row[r] = x[r * Inner + i];
                var one = new ForwardBody<T> { X = row, Y = row, N = N, Inner = 1, Log = Log };
                one.Invoke(0, 1);
                for (int r = 0; r < N; r++) y[r * Inner + i] = row[r];
            }
            System.Buffers.ArrayPool<T>.Shared.Return(scratch);
        }
    }

    private ref struct BackwardBody<T> : IRangeBody where T : unmanaged, INumber<T>
    {
        public ReadOnlySpan<T> Y, Dy;
        public Span<T> Dx;
        public int N, Inner;
        public bool Log;

        public readonly void Invoke(int start, int end)
        {
            for (int o = start; o < end; o++)
            {
                int at = o * N * Inner;
                if (Inner == 1)
                {
                    ReadOnlySpan<T> y = Y.Slice(at, N), dy = Dy.Slice(at, N);
                    double sum = double.CreateTruncating(Log ? RowStatistics.Sum(dy) : RowStatistics.Dot(y, dy));
                    ref T py = ref MemoryMarshal.GetReference(y);
                    ref T pd = ref MemoryMarshal.GetReference(dy);
                    ref T px = ref Unsafe.Add(ref MemoryMarshal.GetReference(Dx), at);
                    if (Log) Elementwise.BinaryRow(ref py, 1, ref pd, 1, ref px, N, new LogBackwardFunction(sum));
                    else Elementwise.BinaryRow(ref py, 1, ref pd, 1, ref px, N, new BackwardFunction(sum));
                    continue;
                }
                for (int i = 0; i < Inner; i++)
                {
                    double sum = 0;
                    for (int r = at + i; r < at + N * Inner; r += Inner) sum += double.CreateTruncating(Log ? Dy[r] : Dy[r] * Y[r]);
                    for (int r = at + i; r < at + N * Inner; r += Inner)
                    {
                        double y = double.CreateTruncating(Y[r]), dy = double.CreateTruncating(Dy[r]);
                        Dx[r] = T.CreateTruncating(Log ? dy - Math.Exp(y) * sum : y * (dy - sum));
                    }
                }
            }
        }
    }
}
