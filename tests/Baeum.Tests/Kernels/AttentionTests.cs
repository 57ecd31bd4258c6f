using Baeum.Kernels;

namespace Baeum.Tests.Kernels;

public class AttentionTests
{
    private const double KeptScale = 1.25;

    private static double[] Values(int n, int seed)
    {
        var random = new Random(seed);
        return Enumerable.Range(0, n).Select(_ => random.NextDouble() * 2 - 1).ToArray();
    }

    private static double[] Plain(AttentionSizes s, double[] q, double[] k, double[] v, double[] mask, bool[] kept)
    {
        var y = new double[s.Batch * s.Heads * s.Queries * s.ValueWidth];
        for (int b = 0; b < s.Batch; b++)
        {
            for (int h = 0; h < s.Heads; h++)
            {
                int keyPlane = b * s.KeyHeads + h / (s.Heads / s.KeyHeads), plane = b * s.Heads + h;
                for (int i = 0; i < s.Queries; i++)
                {
                    var p = new double[s.Keys];
                    for (int j = 0; j < s.Keys; j++)
                    {
                        double dot = 0;
                        for (int d = 0; d < s.Width; d++) dot += q[(plane * s.Queries + i) * s.Width + d] * k[(keyPlane * s.Keys + j) * s.Width + d];
                        double score = dot * s.Scale + (mask.Length == 0 ? 0 : mask[(b * s.Queries + i) * s.Keys + j]);
                        p[j] = s.IsCausal && j > i + s.Offset ? 0 : Math.Exp(score);
                    }
                    double sum = p.Sum();
                    for (int d = 0; d < s.ValueWidth && sum > 0; d++)
                        y[(plane * s.Queries + i) * s.ValueWidth + d] = Enumerable.Range(0, s.Keys).Sum(j => kept.Length > 0 && !kept[(plane * s.Queries + i) * s.Keys + j] ? 0 : (kept.Length > 0 ? KeptScale : 1) * p[j] / sum * v[(keyPlane * s.Keys + j) * s.ValueWidth + d]);
                }
            }
        }
        return y;
    }

    [Theory]
    [InlineData(2, 4, 2, 5, 7, 3, 4, false, 0, false, false)]
    [InlineData(1, 2, 2, 70, 70, 8, 8, true, 0, false, true)]
    [InlineData(2, 2, 1, 3, 9, 4, 5, true, 6, true, false)]
    [InlineData(2, 2, 2, 6, 5, 4, 3, false, 0, true, true)]
    [InlineData(1, 1, 1, 67, 130, 16, 16, false, 0, true, true)]
    [InlineData(1, 2, 1, 4, 4, 2, 2, true, -2, false, false)]
    [InlineData(2, 2, 1, 4, 4, 2, 2, true, -2, true, true)]
    public void ValuesAndGradientsAreThoseOfThePlainLoops(int batch, int heads, int keyHeads, int queries, int keys, int width, int valueWidth, bool causal, int offset, bool masked, bool dropped)
    {
        var s = new AttentionSizes(batch, heads, keyHeads, queries, keys, width, valueWidth, 1 / Math.Sqrt(width), causal, offset);
        double[] q = Values(batch * heads * queries * width, 1), k = Values(batch * keyHeads * keys * width, 2), v = Values(batch * keyHeads * keys * valueWidth, 3);
        double[] mask = masked ? Values(batch * queries * keys, 4) : [];
        if (masked) mask[1] = double.NegativeInfinity;
        double[] y = new double[batch * heads * queries * valueWidth], logSums = new double[batch * heads * queries], dy = Values(y.Length, 5);
        double[] dq = new double[q.Length], dk = new double[k.Length], dv = new double[v.Length], dScores = new double[masked ? logSums.Length * keys : 0];
        bool[] kept = dropped ? [.. Values(logSums.Length * keys, 6).Select(x => x > -0.6)] : [];
        HeadRows<double> Queries(double[] x, int width) => new(x, heads * queries * width, queries * width, width);
        HeadRows<double> Keys(double[] x, int width) => new(x, keyHeads * keys * width, keys * width, width);
        AttentionKernels.Forward(s, Queries(q, width), Keys(k, width), Keys(v, valueWidth), new(mask, batch, 1, kept, KeptScale), Queries(y, valueWidth), logSums);
        AttentionKernels.Backward(
            s, Queries(dy, valueWidth), Queries(q, width), Keys(k, width), Keys(v, valueWidth), new(mask, batch, 1, kept, KeptScale), Queries(y, valueWidth), logSums,
            Queries(dq, width), Keys(dk, width), Keys(dv, valueWidth), dScores);
        double[] plain = Plain(s, q, k, v, mask, kept);
        // the mask is that of all heads
        double[] dMask = [.. Enumerable.Range(0, mask.Length).Select(i => Enumerable.Range(0, heads).Sum(h => dScores[(i / (queries * keys) * heads + h) * queries * keys + i % (queries * keys)]))];
        for (int i = 0; i < y.Length; i++) Assert.Equal(plain[i], y[i], 1e-12);
        foreach ((double[] x, double[] dx) in new[] { (q, dq), (k, dk), (v, dv), (mask, dMask) })
        {
            for (int i = 0; i < x.Length; i += 1 + x.Length / 12)
            {
                double at = x[i];
                if (double.IsInfinity(at)) continue;
                x[i] = at + 1e-5;
                double up = Plain(s, q, k, v, mask, kept).Zip(dy, (a, b) => a * b).Sum();
                x[i] = at - 1e-5;
                double down = Plain(s, q, k, v, mask, kept).Zip(dy, (a, b) => a * b).Sum();
                x[i] = at;
                Assert.Equal((up - down) / 2e-5, dx[i], 1e-7);
            }
        }
    }

    [Theory]
    [InlineData(2, 70, 3, 8, true)]
    [InlineData(3, 5, 2, 4, false)]
    [InlineData(1, 1, 2, 4, false)]
    public void HeadsReadWhereTheProjectionLeftThemGiveTheSameBits(int batch, int time, int heads, int size, bool isCausal)
    {
        var generator = new PhiloxRandom(7);
        Tensor data = Tensor.RandN([batch, time, 3 * heads * size], generator), weight = Tensor.RandN([batch, time, heads * size], generator);
        (float[] Output, float[] Gradient) Run(bool copies)
        {
            var x = data.Clone().RequireGrad();
            Tensor[] parts = [.. x.Chunk(3, -1).Select(part => part.Reshape(batch, time, heads, size).Transpose(1, 2)).Select(part => copies ? part.Contiguous() : part)];
            var y = parts[0].ScaledDotProductAttention(parts[1], parts[2], isCausal: isCausal).Transpose(1, 2).Reshape(batch, time, heads * size);
            (y * weight).Sum().Backward();
            return (y.ToArray<float>(), x.Grad!.ToArray<float>());
        }
        Assert.Equal(Run(copies: true).Output, Run(copies: false).Output);
        Assert.Equal(Run(copies: true).Gradient, Run(copies: false).Gradient);
    }

    [Theory]
    [InlineData(0.3, true, false)]
    [InlineData(0, true, true)]
    [InlineData(0.5, false, true)]
    public void DropoutAndABiasThatLearnsGiveWhatTheElementaryOperationsGive(double dropout, bool hasBias, bool isCausal)
    {
        Tensor[] Run(bool needsWeights)
        {
            var generator = new PhiloxRandom(3);
            Tensor q = Tensor.RandN([2, 3, 9, 4], generator).RequireGrad(), k = Tensor.RandN([2, 3, 9, 4], generator).RequireGrad(), v = Tensor.RandN([2, 3, 9, 4], generator).RequireGrad();
            Tensor bias = Tensor.RandN([1, 3, 9, 9], generator).RequireGrad(), weight = Tensor.RandN([2, 3, 9, 4], generator);
            var (y, _) = q.Attention(k, v, hasBias ? bias : null, isCausal, 0.7, dropout, generator, needsWeights);
            (y * weight).Sum().Backward();
            return [y, q.Grad!, k.Grad!, v.Grad!, .. hasBias ? [bias.Grad!] : Array.Empty<Tensor>()];
        }
        foreach (var (plain, fused) in Run(needsWeights: true).Zip(Run(needsWeights: false)))
            Assert.True(fused.AllClose(plain, 1e-5, 1e-5), $"{fused} instead of {plain}");
    }

    /// <summary>Pieces of one projection get their gradients as pieces of one tensor; copies of them get tensors of their own. Nobody may notice.</summary>
    [Theory]
    [InlineData(3, 70, 2, 8, false), InlineData(1, 1, 1, 4, true), InlineData(2, 5, 3, 4, true)]
    public void GradientsOfAProjectionDoNotDependOnWhereItsPiecesLie(int batch, int positions, int heads, int size, bool piecesAreUsedTwice)
    {
        float[][] gradients = [.. ((bool[])[false, true]).Select(copies =>
        {
            Tensor projected = Tensor.RandN([batch, positions, 3 * heads * size], new PhiloxRandom(5));
            projected.RequiresGrad = true;
            Tensor[] pieces = projected.Chunk(3, 2), parts = [.. pieces.Select(piece => Heads(copies ? piece.Clone() : piece))];
            Tensor loss = parts[0].ScaledDotProductAttention(parts[1], parts[2], isCausal: true).Square().Sum();
            if (piecesAreUsedTwice) loss += (pieces[1] * pieces[2]).Sum() + projected.Square().Sum();
            loss.Backward();
            return projected.Grad!.ToArray<float>();
        })];
        Assert.Equal(gradients[0], gradients[1]);

        Tensor Heads(Tensor t) => t.Reshape(batch, positions, heads, size).Transpose(1, 2);
    }
}
