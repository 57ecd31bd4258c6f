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

        /// <summary>Rows that would leave registers half empty: the exponentials of many are taken at once.</summary>
        [SkipLocalsInit]
        private readonly void ShortRows(int start, int end)
        {
            Span<T> room = stackalloc T[ShortRowRoom];
            int most = ShortRowRoom / N;
            for (int o = start; o < end; o += most)
            {
                int rows = Math.Min(most, end - o);
                ReadOnlySpan<T> x = X.Slice(o * N, rows * N);
                Span<T> y = Y.Slice(o * N, rows * N), e = room[..(rows * N)];
                for (int row = 0; row < x.Length; row += N)
                {
                    ReadOnlySpan<T> from = x.Slice(row, N);
                    Span<T> to = y.Slice(row, N)[..from.Length];
                    T greatest = from[0];
                    foreach (T value in from) greatest = value > greatest ? value : greatest;
                    for (int i = 0; i < from.Length; i++) to[i] = from[i] - greatest;
                }
                Elementwise.UnaryRow(ref MemoryMarshal.GetReference(y), ref MemoryMarshal.GetReference(e), e.Length, default(ExpFunction));
                for (int row = 0; row < x.Length; row += N)
                {
                    ReadOnlySpan<T> terms = e.Slice(row, N);
                    Span<T> to = y.Slice(row, N)[..terms.Length];
                    double sum = 0;
                    foreach (T term in terms) sum += double.CreateTruncating(term);
                    T shift = Log ? T.CreateTruncating(Math.Log(sum)) : T.CreateTruncating(1 / sum);
                    for (int i = 0; i < terms.Length; i++) to[i] = Log ? to[i] - shift : terms[i] * shift;
                }
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
