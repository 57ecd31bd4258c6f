using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Baeum.Kernels;

/// <summary>What this processor can do at most: fused multiply-adds on registers only, and reading memory far larger than the caches.</summary>
internal static unsafe class Peak
{
    private const int Steps = 20_000;

    /// <summary>GFLOP/s of single-precision multiply-adds (two operations each) at the width in use.</summary>
    public static double FusedMultiplyAdd(int threads) => Simd.Level switch
    {
        512 => FusedMultiplyAdd<Vector512Simd<float>>(threads),
        256 => FusedMultiplyAdd<Vector256Simd<float>>(threads),
        128 => FusedMultiplyAdd<Vector128Simd<float>>(threads),
        _ => FusedMultiplyAdd<ScalarSimd<float>>(threads),
    };

    /// <summary>GB/s (10⁹ bytes) of plain reading.</summary>
    public static double Read(int threads)
    {
        var data = GC.AllocateUninitializedArray<float>(48 << 20);
        data.AsSpan().Fill(1);
        var body = new ReadBody { Data = data };
        double best = Best(threads, data.Length / ReadBody.Piece, ref body);
        return data.Length * 4.0 / best / 1e9;
    }

    private static double FusedMultiplyAdd<TV>(int threads) where TV : struct, ISimd<TV, float>
    {
        int chunks = threads * 16;
        var body = new MultiplyBody<TV>();
        return 2.0 * 12 * TV.Count * Steps * chunks / Best(threads, chunks, ref body) / 1e9;
    }

    private static double Best<TBody>(int threads, int chunks, ref TBody body) where TBody : struct, IChunkBody, allows ref struct
    {
        int before = Threads.Count;
        Threads.Count = threads;
        try
        {
            double best = double.MaxValue;
            long until = Stopwatch.GetTimestamp() + Stopwatch.Frequency / 5;
            do
            {
                long start = Stopwatch.GetTimestamp();
                Threads.For(chunks, 1e9, ref body);
                best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
            while (Stopwatch.GetTimestamp() < until);
            return best;
        }
        finally
        {
            Threads.Count = before;
        }
    }

    private struct MultiplyBody<TV> : IChunkBody where TV : struct, ISimd<TV, float>
    {
        private float sink;

        public void Invoke(int chunk) => sink += Run(1.0f / (chunk + 1), Steps);

        /// <summary>Twelve independent chains hide the four cycles an addition takes.</summary>
        [MethodImpl(Simd.HotLoop)]
        private static float Run(float start, int steps)
        {
            TV x = TV.Broadcast(start), y = TV.Broadcast(0.999f);
            TV a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x, k = x, l = x;
            for (; steps > 0; steps--)
            {
                a = TV.MultiplyAdd(a, y, x);
                b = TV.MultiplyAdd(b, y, x);
                c = TV.MultiplyAdd(c, y, x);
                d = TV.MultiplyAdd(d, y, x);
                e = TV.MultiplyAdd(e, y, x);
                f = TV.MultiplyAdd(f, y, x);
                g = TV.MultiplyAdd(g, y, x);
                h = TV.MultiplyAdd(h, y, x);
                i = TV.MultiplyAdd(i, y, x);
                j = TV.MultiplyAdd(j, y, x);
                k = TV.MultiplyAdd(k, y, x);
                l = TV.MultiplyAdd(l, y, x);
            }
            return TV.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
        }
    }

    private ref struct ReadBody : IChunkBody
    {
        public const int Piece = 1 << 18;
        public Span<float> Data;
        private float sink;

        public void Invoke(int chunk) => sink += Sum(Data.Slice(chunk * Piece, Piece));

        [MethodImpl(Simd.HotLoop)]
        private static float Sum(Span<float> data)
        {
            fixed (float* p = data)
            {
                Vector256Simd<float> a = Vector256Simd<float>.Zero, b = a, c = a, d = a;
                for (int i = 0; i < data.Length; i += 32)
                {
                    a += Vector256Simd<float>.Load(p + i);
                    b += Vector256Simd<float>.Load(p + i + 8);
                    c += Vector256Simd<float>.Load(p + i + 16);
                    d += Vector256Simd<float>.Load(p + i + 24);
                }
                return Vector256Simd<float>.Sum(a + b + c + d);
            }
        }
    }
}
