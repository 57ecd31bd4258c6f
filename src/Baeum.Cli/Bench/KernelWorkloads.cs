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
            yield return On("add_1M", [1 << 20], x => x + x);
            yield return On("exp_1M", [1 << 20], x => x.Exp());
            yield return On("gelu_1M", [1 << 20], x => x.Gelu());
            yield return On("sum_1M", [1 << 20], x => x.Sum());
            yield return On("softmax_4096x256", [4096, 256], x => x.Softmax(-1));
            yield return On("layernorm_4096x256", [4096, 256], x => x.LayerNorm([256]));
        }
    }

    private static Workload Product(string name, int rows, int inner, int columns) => new(name, () =>
    {
        var random = new PhiloxRandom(0);
        Tensor a = Tensor.RandN([rows, inner], random), b = Tensor.RandN([inner, columns], random);
        return () => a.MatMul(b).Dispose();
    }, Flops: 2.0 * rows * inner * columns);

    private static Workload On(string name, int[] shape, Func<Tensor, Tensor> operation) => new(name, () =>
    {
        Tensor x = Tensor.RandN(shape, new PhiloxRandom(0));
        return () => operation(x).Dispose();
    });
}
