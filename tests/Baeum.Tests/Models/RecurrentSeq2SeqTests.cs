using Baeum.Models;

namespace Baeum.Tests.Models;

public class RecurrentSeq2SeqTests
{
    private static readonly Tensor Source = Tensor.From([[3L, 4, 5, 6, 7], [5, 3, 0, 0, 0], [8, 8, 8, 4, 0]]); // 0 is padding
    private static readonly Tensor Target = Tensor.From([[1L, 3, 4, 2], [1, 5, 2, 0], [1, 6, 6, 2]]);          // 1 begins, 2 ends

    private static RecurrentSeq2Seq Model(AttentionScore score, RecurrentUnit unit = RecurrentUnit.Gru, bool bidirectional = true) =>
        new(ParamScope.Random(3, DType.Float64), new Seq2SeqConfig(9, 8, 5, 6, score, unit, bidirectional));

    public static TheoryData<AttentionScore, RecurrentUnit, bool> Kinds => new()
    {
        { AttentionScore.None, RecurrentUnit.Gru, true }, { AttentionScore.None, RecurrentUnit.Lstm, false }, { AttentionScore.Dot, RecurrentUnit.Gru, false }, { AttentionScore.Dot, RecurrentUnit.Lstm, true },
        { AttentionScore.Additive, RecurrentUnit.Gru, true }, { AttentionScore.Multiplicative, RecurrentUnit.Lstm, false }, { AttentionScore.Multiplicative, RecurrentUnit.Gru, true },
    };

    [Theory]
    [InlineData(AttentionScore.Dot)]
    [InlineData(AttentionScore.Additive)]
    [InlineData(AttentionScore.Multiplicative)]
    public void Weights_add_up_to_one_and_padding_gets_none(AttentionScore score)
    {
        var (logits, weights) = Model(score).Forward(Source, Target);
        Assert.Equal([3, 4, 8], logits.Shape.ToArray());
        Assert.Equal([3, 4, 5], weights!.Shape.ToArray());
        Assertions.Close(Tensor.Ones([3, 4], DType.Float64), weights.Sum(-1), 1e-14);
        Assert.Equal(0, weights[1, .., 2..].Abs().Sum().Item());
        Assert.Equal(0, weights[2, .., 4].Abs().Sum().Item());
        Assert.True(weights[0].Min().Item() > 0);
    }

    [Fact]
    public void Scores_equal_their_formulas()
    {
        var random = new NumPyRandom(1);
        Tensor s = Tensor.RandN([2, 3, 4], random), h = Tensor.RandN([2, 5, 4], random);
        foreach (AttentionScore score in (AttentionScore[])[AttentionScore.Dot, AttentionScore.Additive, AttentionScore.Multiplicative])
        {
            var attention = new RecurrentAttention(ParamScope.Random(7, DType.Float64), 4, score);
            var weights = attention.NamedParameters().ToDictionary(p => p.Name, p => p.Value);
            Tensor scores = attention.Scores(s, h);
            for (int batch = 0; batch < 2; batch++)
                for (int t = 0; t < 3; t++)
                    for (int j = 0; j < 5; j++)
                    {
                        Tensor state = s[batch, t], place = h[batch, j];
                        double wanted = score switch
                        {
                            AttentionScore.Dot => (state * place).Sum().Item(),
                            AttentionScore.Multiplicative => (state * weights["memory.weight"].Mv(place)).Sum().Item(),
                            _ => (weights["vector.weight"][0] * (weights["state.weight"].Mv(state) + weights["memory.weight"].Mv(place)).Tanh()).Sum().Item(),
                        };
                        Assert.Equal(wanted, scores[batch, t, j].Item(), 1e-12);
                    }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_row_does_not_know_with_whom_it_is_padded(AttentionScore score, RecurrentUnit unit, bool bidirectional)
    {
        RecurrentSeq2Seq model = Model(score, unit, bidirectional);
        Tensor together = model.Forward(Source, Target).Logits[1..2];
        Assertions.Close(model.Forward(Source[1..2, ..2], Target[1..2]).Logits, together, 1e-12);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Steps_one_by_one_equal_all_at_once(AttentionScore score, RecurrentUnit unit, bool bidirectional)
    {
        RecurrentSeq2Seq model = Model(score, unit, bidirectional);
        var (logits, weights) = model.Forward(Source, Target);
        DecoderState state = model.Encode(Source);
        for (int step = 0; step < 4; step++)
        {
            (Tensor one, Tensor? look, state) = model.Decode(Target.Narrow(1, step, 1), state);
            Assertions.Close(logits.Narrow(1, step, 1), one, 1e-12);
            if (weights is not null) Assertions.Close(weights.Narrow(1, step, 1), look!, 1e-12);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Gradients_are_those_of_central_differences(AttentionScore score, RecurrentUnit unit, bool bidirectional)
    {
        RecurrentSeq2Seq model = Model(score, unit, bidirectional);
        model.Loss(Source, Target).Backward();
        foreach (var (name, parameter) in model.NamedParameters())
        {
            Tensor gradient = parameter.Grad!, flat = parameter.Detach().Reshape(-1);
            for (int i = 0; i < parameter.Count; i += Math.Max(1, parameter.Count / 4))
            {
                double Moved(double by)
                {
                    double before = flat[i].Item();
                    flat[i].FillInPlace(before + by);
                    using var recording = Autograd.NoGrad();
                    double loss = model.Loss(Source, Target).Item();
                    flat[i].FillInPlace(before);
                    return loss;
                }
                double numeric = (Moved(1e-5) - Moved(-1e-5)) / 2e-5, computed = gradient.Reshape(-1)[i].Item();
                Assert.True(Math.Abs(numeric - computed) < 1e-8, FormattableString.Invariant($"{name}[{i}]: computed {computed}, central difference {numeric}"));
            }
        }
    }

    [Theory]
    [InlineData(AttentionScore.Dot)]
    [InlineData(AttentionScore.Additive)]
    [InlineData(AttentionScore.Multiplicative)]
    public void It_learns_to_turn_a_sequence_round(AttentionScore score)
    {
        var random = new TorchRandom(5);
        var model = new RecurrentSeq2Seq(ParamScope.Random(random), new Seq2SeqConfig(9, 9, 16, 32, score));
        var optimizer = new Adam(model.Parameters(), 0.01);
        for (int update = 0; update < 350; update++)
        {
            using var step = TensorScope.Begin();
            var (source, target) = Batch(32);
            optimizer.ZeroGrad();
            model.Loss(source, target).Backward();
            GradientClipping.ClipGradNorm(model.Parameters(), 1);
            optimizer.Step();
        }
        model.Eval();
        var (fresh, wanted) = Batch(64);
        Decoded decoded = model.Greedy(fresh, 8);
        int right = Enumerable.Range(0, 64).Count(row => decoded.Ids[row].SequenceEqual(wanted[row].ToArray<long>().Skip(1).TakeWhile(id => id != 2).Select(id => (int)id)));
        Assert.True(right >= 58, $"{score}: {right} of 64 are right");
        Assert.Equal(64, decoded.Weights!.Shape[0]);

        (Tensor Source, Tensor Target) Batch(int rows)
        {
            long[] source = new long[rows * 5], target = new long[rows * 7];
            for (int row = 0; row < rows; row++)
            {
                int length = 2 + row % 4;
                for (int i = 0; i < length; i++) source[row * 5 + i] = random.NextInteger(3, 9);
                target[row * 7] = 1;
                for (int i = 0; i < length; i++) target[row * 7 + 1 + i] = source[row * 5 + length - 1 - i];
                target[row * 7 + 1 + length] = 2;
            }
            return (Tensor.Wrap(source, [rows, 5]), Tensor.Wrap(target, [rows, 7]));
        }
    }

    [Fact]
    public void Greedy_decoding_ends_at_the_limit_and_leaves_the_end_mark_out()
    {
        Decoded decoded = Model(AttentionScore.Additive).Greedy(Source, 3);
        Assert.Equal(3, decoded.Ids.Count);
        Assert.All(decoded.Ids, row => Assert.True(row.Length <= 3 && !row.Contains(2)));
        Assert.Null(Model(AttentionScore.None).Greedy(Source, 3).Weights);
    }

    [Fact]
    public void Rows_that_are_empty_or_have_gaps_and_odd_sizes_are_refused()
    {
        RecurrentSeq2Seq model = Model(AttentionScore.Dot);
        Assert.Contains("row 1", Assert.Throws<ArgumentException>(() => model.Encode(Tensor.From([[3L, 4], [0, 0]]))).Message, StringComparison.Ordinal);
        Assert.Contains("after its padding", Assert.Throws<ArgumentException>(() => model.Encode(Tensor.From([[3L, 0, 4]]))).Message, StringComparison.Ordinal);
        Assert.Contains("Unsqueeze(0)", Assert.Throws<ArgumentException>(() => model.Encode(Tensor.From(3L, 4))).Message, StringComparison.Ordinal);
        Assert.Contains("odd", Assert.Throws<ArgumentException>(() => new RecurrentSeq2Seq(ParamScope.Random(0), new Seq2SeqConfig(5, 5, 4, 7))).Message, StringComparison.Ordinal);
    }
}
