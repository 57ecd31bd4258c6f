namespace Baeum.Cli.Bench;

/// <summary>Single operations on Float32.</summary>
internal static class KernelWorkloads
{
    internal static IEnumerable<Workload> All
    {
        get
        {
            foreach (int n in (int[])[64, 256, 512, 1024, 2048])
                yield return Product(FormattableString.Invariant($"gemm_{n}"), n, n, n);
            yield return Product("gemm_768x128x512", 768, 128, 512);
            yield return Product("gemm_768x128x512_nt", 768, 128, 512, turnB: true);
            yield return Product("gemm_128x768x512_tn", 128, 768, 512, turnA: true);
            yield return Product("gemm_1024x384x1536_nt", 1024, 384, 1536, turnB: true);
            foreach (int few in (int[])[1, 4, 12])
            {
                yield return Product(FormattableString.Invariant($"gemm_{few}x1024x1024_nt"), few, 1024, 1024, turnB: true);
                yield return Product(FormattableString.Invariant($"gemm_1024x1024x{few}"), 1024, 1024, few);
            }
            yield return new("gemm_batch_48x64x32x64", () =>
            {
                var random = new PhiloxRandom(0);
                Tensor a = Tensor.RandN([48, 64, 32], random), b = Tensor.RandN([48, 32, 64], random);
                return () => a.MatMul(b).Dispose();
            }, Flops: 2.0 * 48 * 64 * 32 * 64);
            yield return On("add_1M", [1 << 20], x => x + x);
            yield return On("exp_1M", [1 << 20], x => x.Exp());
            yield return On("gelu_1M", [1 << 20], x => x.Gelu());
            yield return On("tanh_1M", [1 << 20], x => x.Tanh());
            yield return On("sum_1M", [1 << 20], x => x.Sum());
            yield return On("softmax_4096x256", [4096, 256], x => x.Softmax(-1));
            yield return On("layernorm_4096x256", [4096, 256], x => x.LayerNorm([256]));
        }
    }

    private static Workload Product(string name, int rows, int inner, int columns, bool turnA = false, bool turnB = false) => new(name, () =>
    {
        var random = new PhiloxRandom(0);
        Tensor a = Tensor.RandN(turnA ? [inner, rows] : [rows, inner], random), b = Tensor.RandN(turnB ? [columns, inner] : [inner, columns], random);
        if (turnA)
            a = a.Transpose(0, 1);
        if (turnB)
            b = b.Transpose(0, 1);
        return () => a.MatMul(b).Dispose();
    }, Flops: 2.0 * rows * inner * columns);

    private static Workload On(string name, int[] shape, Func<Tensor, Tensor> operation) => new(name, () =>
    {
        Tensor x = Tensor.RandN(shape, new PhiloxRandom(0));
        return () => operation(x).Dispose();
    });
}
