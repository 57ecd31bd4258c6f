using System.Diagnostics;
using System.Reflection;
using Baeum.Kernels;

namespace Baeum.Tests.Speed;

/// <summary>
/// What keeps the engine fast and does not depend on the machine: allocations, the pool's size, equal bits for every number of threads, and ratios inside one process, so coarse that
/// only a lost vector path or a lost blocking can miss them.
/// </summary>
[Collection("alone")]
[Trait("Leg", "once")]
public class GuardTests
{
    private sealed class Model
    {
        private readonly Tensor x = Tensor.RandN([4, 32, 64], new PhiloxRandom(1)), target = Tensor.RandN([4, 32, 64], new PhiloxRandom(2));
        private readonly TransformerEncoderLayer layer = new(ParamScope.Random(seed: 3), 64, 4, 128, batchFirst: true);
        private readonly Optimizer optimizer;

        internal Model() => optimizer = new AdamW(layer.Parameters(), 1e-3);

        internal void Step()
        {
            using var step = TensorScope.Begin();
            optimizer.ZeroGrad();
            (layer.Forward(x) - target).Square().Mean().Backward();
            optimizer.Step();
        }

        internal IEnumerable<uint> Bits() => layer.Parameters().SelectMany(parameter => parameter.ToArray<float>().Select(BitConverter.SingleToUInt32Bits));
    }

    [Fact]
    public void Threads_change_no_bit_of_a_training()
    {
        uint[]? first = null;
        foreach (int threads in (int[])[1, 2, 3, 7])
        {
            ThreadCount.With(threads, () =>
            {
                var model = new Model();
                for (int i = 0; i < 5; i++) model.Step();
                first ??= [.. model.Bits()];
                Assert.Equal(first, model.Bits());
            });
        }
    }

    /// <summary>With the runtime's own settings (a profile guides the JIT) a hot loop would be inlined into its caller, and then the functions of its
    /// registers no longer into it: GELU took thirty times as long.</summary>
    [Fact]
    public void Loops_that_are_compiled_once_are_never_inlined()
    {
        const BindingFlags Any = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        var loops = typeof(Tensor).Assembly.GetTypes().SelectMany(type => type.GetMethods(Any))
            .Where(method => method.MethodImplementationFlags.HasFlag(MethodImplAttributes.AggressiveOptimization)).ToList();
        Assert.NotEmpty(loops);
        Assert.All(loops, method => Assert.True(method.MethodImplementationFlags.HasFlag(MethodImplAttributes.NoInlining), $"{method.DeclaringType}.{method.Name}: add NoInlining"));
    }

    [Fact]
    public void A_warm_step_of_a_transformer_takes_no_new_memory_from_the_pool()
    {
        var model = new Model();
        for (int i = 0; i < 5; i++) model.Step();
        long made = TensorPool.Allocated, held = TensorPool.Rented - TensorPool.Returned, bytes = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) model.Step();
        Assert.Equal(made, TensorPool.Allocated);
        Assert.Equal(held, TensorPool.Rented - TensorPool.Returned);
        long perStep = (GC.GetAllocatedBytesForCurrentThread() - bytes) / 100;
        Assert.True(perStep < 60_000, $"{perStep} bytes a step");
    }

    [Fact]
    public void An_operation_on_a_small_tensor_allocates_a_few_hundred_bytes()
    {
        Tensor a = Tensor.Ones([8]), b = Tensor.Ones([8]);
        const int Count = 10_000;
        for (int i = 0; i < 1000; i++) _ = a + b;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Count; i++) _ = a + b;
        long each = (GC.GetAllocatedBytesForCurrentThread() - before) / Count;
        Assert.True(each < 400, $"{each} bytes an operation");
    }

    [Fact]
    public void Vectors_multiply_matrices_at_least_twice_as_fast_as_scalars()
    {
        Assert.SkipUnless(System.Runtime.Intrinsics.Vector256.IsHardwareAccelerated, "needs 256-bit vectors");
        double scalar = Product<ScalarSimd<float>>(192), vector = Product<Vector256Simd<float>>(192);
        Assert.True(scalar > 2 * vector, $"scalar {scalar:0} µs, vector {vector:0} µs");
    }

    [Fact]
    public void Large_products_cost_little_more_an_operation_than_small_ones()
    {
        double small = Product<Vector256Simd<float>>(128) / (128.0 * 128 * 128), large = Product<Vector256Simd<float>>(768) / (768.0 * 768 * 768);
        Assert.True(large < 3 * small, $"{1e3 * small:0.000} and {1e3 * large:0.000} ns a product");
    }

    /// <summary>The fewest microseconds of several runs on one thread: what a busy machine disturbs least.</summary>
    private static unsafe double Product<TV>(int n) where TV : struct, ISimd<TV, float>
    {
        float[] a = new float[n * n], b = new float[n * n], c = new float[n * n];
        Array.Fill(a, 0.5f);
        Array.Fill(b, 0.25f);
        double best = double.PositiveInfinity;
        ThreadCount.With(1, () =>
        {
            fixed (float* pa = a, pb = b, pc = c)
            {
                for (int run = 0; run < 12; run++)
                {
                    var problem = new Gemm.Problem<float> { M = n, N = n, K = n, A = pa, ARow = n, AColumn = 1, B = pb, BRow = n, BColumn = 1, C = pc, CRow = n, CColumn = 1 };
                    long start = Stopwatch.GetTimestamp();
                    Gemm.Run<TV, float>(ref problem);
                    best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMicroseconds);
                }
            }
        });
        Assert.Equal(0.125f * n, c[^1]);
        return best;
    }
}
