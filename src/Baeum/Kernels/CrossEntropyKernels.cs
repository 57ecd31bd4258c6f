using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Baeum.Kernels;

/// <summary>Cross entropy of rows of logits, [rows, classes], and its gradient.</summary>
internal static class CrossEntropyKernels
{
    private const double NanosecondsPerElement = 0.8;

    /// <summary>
    /// logSums[r] = log Σ exp x[r, c], without overflow; losses[r] = keep · w[id] · (logSum − x[id]) + spread · Σ w[c] · (logSum − x[c]).
    /// Both are 0 where the id is <paramref name="ignored"/>.
    /// </summary>
    internal static void Losses<T>(ReadOnlySpan<T> x, ReadOnlySpan<long> ids, long ignored, CrossEntropyTerms<T> terms, Span<T> logSums, Span<T> losses) where T : unmanaged, IFloatingPointIeee754<T>
    {
        int rows = ids.Length, classes = rows == 0 ? 0 : x.Length / rows;
        if (x.Length != (long)rows * classes || logSums.Length < rows || losses.Length < rows) throw new ArgumentException("CrossEntropy kernel: spans differ in length.");
        var body = new LossBody<T> { X = x, Classes = classes, Ids = ids, Ignored = ignored, Terms = terms, LogSums = logSums, Losses = losses };
        Threads.ForRange(rows, Grain(classes), NanosecondsPerElement * classes, ref body);
    }

    /// <summary>
    /// The gradient of the loss of every row, times the row's gradient:
    /// y[r, c] = g · ((keep · w[id] + spread · Σw) · softmax(x)[c] − spread · w[c] − [c = id] · keep · w[id]).
    /// </summary>
    /// <param name="x">Logits, [rows, classes].</param>
    /// <param name="logSums">What <see cref="Losses"/> gave, [rows].</param>
    /// <param name="ids">Classes, [rows]; rows with <paramref name="ignored"/> get zeros.</param>
    /// <param name="ignored">The id that counts for nothing.</param>
    /// <param name="grads">Gradients, [rows], or one for all.</param>
    /// <param name="terms">Label smoothing and class weights.</param>
    /// <param name="y">The gradient, [rows, classes].</param>
    internal static void Gradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> logSums, ReadOnlySpan<long> ids, long ignored, ReadOnlySpan<T> grads, CrossEntropyTerms<T> terms, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int rows = ids.Length, classes = rows == 0 ? 0 : x.Length / rows;
        if (y.Length != x.Length || x.Length != (long)rows * classes || logSums.Length < rows || (grads.Length != 1 && grads.Length < rows)) throw new ArgumentException("CrossEntropy kernel: spans differ in length.");
        var body = new GradientBody<T> { X = x, LogSums = logSums, Classes = classes, Ids = ids, Ignored = ignored, Grads = grads, Terms = terms, Y = y };
        Threads.ForRange(rows, Grain(classes), NanosecondsPerElement * classes, ref body);
    }

    private static int Grain(int classes) => Math.Max(1, 8192 / Math.Max(1, classes));

    private static T RowLogSum<T>(ReadOnlySpan<T> row) where T : unmanaged, IFloatingPointIeee754<T>
    {
        ref T x = ref MemoryMarshal.GetReference(row);
        return Simd.Level switch
        {
            512 => RowLogSum<Vector512Simd<T>, T>(ref x, row.Length),
            256 => RowLogSum<Vector256Simd<T>, T>(ref x, row.Length),
            128 => RowLogSum<Vector128Simd<T>, T>(ref x, row.Length),
            _ => RowLogSum<ScalarSimd<T>, T>(ref x, row.Length),
        };
    }

    [MethodImpl(Simd.HotLoop)]
    private static T RowLogSum<TV, T>(ref T x, nint n) where TV : struct, ISimd<TV, T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        T highest = T.NegativeInfinity;
        nint i = 0;
        if (n >= TV.Count)
        {
            TV max = TV.Load(ref x);
            for (i = TV.Count; i <= n - TV.Count; i += TV.Count) max = TV.FastMax(max, TV.Load(ref Unsafe.Add(ref x, i)));
            highest = TV.MaxLane(max);
        }
        for (; i < n; i++) highest = T.MaxNative(highest, Unsafe.Add(ref x, i));

        TV shift = TV.Broadcast(highest), sum = TV.Zero;
        for (i = 0; i <= n - TV.Count; i += TV.Count) sum += VectorMath.Exp<TV, T>(TV.Load(ref Unsafe.Add(ref x, i)) - shift);
        ScalarSimd<T> rest = ScalarSimd<T>.Zero, narrowShift = ScalarSimd<T>.Broadcast(highest);
        for (; i < n; i++) rest += VectorMath.Exp<ScalarSimd<T>, T>(ScalarSimd<T>.Load(ref Unsafe.Add(ref x, i)) - narrowShift);
        return highest + T.Log(TV.Sum(sum) + ScalarSimd<T>.Sum(rest));
    }

    /// <summary>y = scale · exp(x − logSum) [− smoothing · weight].</summary>
    private static void RowGradient<T>(ReadOnlySpan<T> x, T logSum, T scale, T smoothing, ReadOnlySpan<T> weights, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        ref T a = ref MemoryMarshal.GetReference(x);
        ref T b = ref MemoryMarshal.GetReference(y);
        T even = weights.IsEmpty ? smoothing : T.Zero;
        switch (Simd.Level)
        {
            case 512: RowGradient<Vector512Simd<T>, T>(ref a, ref b, x.Length, logSum, scale, even); break;
            case 256: RowGradient<Vector256Simd<T>, T>(ref a, ref b, x.Length, logSum, scale, even); break;
            case 128: RowGradient<Vector128Simd<T>, T>(ref a, ref b, x.Length, logSum, scale, even); break;
            default: RowGradient<ScalarSimd<T>, T>(ref a, ref b, x.Length, logSum, scale, even); break;
        }
        if (smoothing == T.Zero) return;
        for (int c = 0; c < weights.Length; c++) y[c] -= smoothing * weights[c];
    }

    [MethodImpl(Simd.HotLoop)]
    private static void RowGradient<TV, T>(ref T x, ref T y, nint n, T logSum, T scale, T smoothing) where TV : struct, ISimd<TV, T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        TV shift = TV.Broadcast(logSum), factor = TV.Broadcast(scale), less = TV.Broadcast(smoothing);
        nint i = 0;
        for (; i <= n - TV.Count; i += TV.Count)
            (factor * VectorMath.Exp<TV, T>(TV.Load(ref Unsafe.Add(ref x, i)) - shift) - less).Store(ref Unsafe.Add(ref y, i));
        ScalarSimd<T> narrowShift = ScalarSimd<T>.Broadcast(logSum), narrowFactor = ScalarSimd<T>.Broadcast(scale), narrowLess = ScalarSimd<T>.Broadcast(smoothing);
        for (; i < n; i++)
            (narrowFactor * VectorMath.Exp<ScalarSimd<T>, T>(ScalarSimd<T>.Load(ref Unsafe.Add(ref x, i)) - narrowShift) - narrowLess).Store(ref Unsafe.Add(ref y, i));
    }

    private ref struct LossBody<T> : IRangeBody where T : unmanaged, IFloatingPointIeee754<T>
    {
        public ReadOnlySpan<T> X;
        public ReadOnlySpan<long> Ids;
        public Span<T> LogSums, Losses;
        public CrossEntropyTerms<T> Terms;
        public long Ignored;
        public int Classes;

        public readonly void Invoke(int start, int end)
        {
            for (int r = start; r < end; r++)
            {
                (LogSums[r], Losses[r]) = (T.Zero, T.Zero);
                if (Ids[r] == Ignored) continue;
                var row = X.Slice(r * Classes, Classes);
                int id = (int)Ids[r];
                T logSum = RowLogSum(row), loss = Terms.Keep * Terms.Weight(id) * (logSum - row[id]);
                if (Terms.Spread != T.Zero) loss += Terms.Spread * (Terms.WeightSum * logSum - (Terms.Weights.IsEmpty ? RowStatistics.Sum(row) : RowStatistics.Dot(row, Terms.Weights)));
                (LogSums[r], Losses[r]) = (logSum, loss);
            }
        }
    }

    private ref struct GradientBody<T> : IRangeBody where T : unmanaged, IFloatingPointIeee754<T>
    {
        public ReadOnlySpan<T> X, LogSums, Grads;
        public ReadOnlySpan<long> Ids;
        public Span<T> Y;
        public CrossEntropyTerms<T> Terms;
        public long Ignored;
        public int Classes;

        public readonly void Invoke(int start, int end)
        {
            for (int r = start; r < end; r++)
            {
                var row = Y.Slice(r * Classes, Classes);
                if (Ids[r] == Ignored)
                {
                    row.Clear();
                    continue;
                }
                int id = (int)Ids[r];
                T grad = Grads[Grads.Length == 1 ? 0 : r], hit = grad * Terms.Keep * Terms.Weight(id), spread = grad * Terms.Spread;
                RowGradient(X.Slice(r * Classes, Classes), LogSums[r], hit + spread * Terms.WeightSum, spread, Terms.Weights, row);
                row[id] -= hit;
            }
        }
    }
}

/// <summary>Label smoothing and class weights of cross entropy.</summary>
internal readonly ref struct CrossEntropyTerms<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <param name="classes">The number of classes.</param>
    /// <param name="smoothing">The share of the target that is spread over all classes.</param>
    /// <param name="weights">A weight for each class, or empty.</param>
    internal CrossEntropyTerms(int classes, double smoothing, ReadOnlySpan<T> weights)
    {
        Keep = T.CreateTruncating(1 - smoothing);
        Spread = T.CreateTruncating(smoothing / classes);
        Weights = weights;
        WeightSum = T.CreateTruncating(classes);
        if (weights.IsEmpty) return;
        WeightSum = T.Zero;
        foreach (T weight in weights) WeightSum += weight;
    }

    internal T Keep { get; }

    internal T Spread { get; }

    internal ReadOnlySpan<T> Weights { get; }

    internal T WeightSum { get; }

    internal T Weight(int id) => Weights.IsEmpty ? T.One : Weights[id];
}
