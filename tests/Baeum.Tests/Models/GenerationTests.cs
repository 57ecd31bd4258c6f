using Baeum.Inference;
using Baeum.Models;

namespace Baeum.Tests.Models;

public sealed class GenerationTests
{
    private static readonly Gpt2LMHeadModel Model = Create();

    private static Gpt2LMHeadModel Create()
    {
        // large weights: scores far apart, so that rounding does not choose
        var model = new Gpt2LMHeadModel(ParamScope.Random(3), new Gpt2Config(11, 24, 16, 2, 2, InitializerRange: 0.6));
        model.Eval();
        return model;
    }

    private static long[] Run(long[] prompt, GenerationOptions options, Tensor? mask = null) => TextGenerator.Generate(Model, Tensor.From(prompt).Reshape(1, -1), mask, options).ToArray<long>();

    private static double LogProbability(long[] text, int promptLength)
    {
        using var quiet = Autograd.NoGrad();
        var scores = Model.Forward(Tensor.From(text).Reshape(1, -1)).LogSoftmax(-1)[0];
        return Enumerable.Range(promptLength, text.Length - promptLength).Sum(i => scores[i - 1, (int)text[i]].Item());
    }

    [Fact]
    public void The_cache_changes_nothing()
    {
        using var quiet = Autograd.NoGrad();
        var ids = Tensor.From([3L, 1, 4, 1, 5, 9, 2]).Reshape(1, 7);
        var whole = Model.Forward(ids);
        var cache = new KeyValueCache();
        Tensor[] parts = [Model.Forward(ids.Narrow(1, 0, 3), null, cache), Model.Forward(ids.Narrow(1, 3, 3), null, cache), Model.Forward(ids.Narrow(1, 6, 1), null, cache)];
        Assertions.Close(whole, Tensor.Cat(parts, 1), 1e-4);
        Assert.Equal(7, cache.Length);
    }

    [Fact]
    public void A_batch_padded_on_the_left_goes_on_like_each_text_alone()
    {
        var options = new GenerationOptions { MaxNewTokens = 6 };
        long[] first = Run([3, 1, 4, 1], options), second = Run([5, 9], options);
        var both = TextGenerator.Generate(Model, Tensor.From([[3L, 1, 4, 1], [0, 0, 5, 9]]), Tensor.From([[1L, 1, 1, 1], [0, 0, 1, 1]]), options);
        Assert.Equal(first, both[0].ToArray<long>());
        Assert.Equal(second, both[1].ToArray<long>()[2..]);
    }

    [Fact]
    public void Enough_beams_find_the_most_probable_text_of_all()
    {
        long[] found = Run([2, 7], new GenerationOptions { MaxNewTokens = 3, BeamCount = 121 });
        var best = (from a in Enumerable.Range(0, 11) from b in Enumerable.Range(0, 11) from c in Enumerable.Range(0, 11) select new long[] { 2, 7, a, b, c }).MaxBy(text => LogProbability(text, 2));
        Assert.Equal(best, found);
    }

    [Fact]
    public void A_text_ends_at_its_end_and_is_padded()
    {
        long[] free = Run([3, 1], new GenerationOptions { MaxNewTokens = 8 });
        int end = (int)free[4], first = Array.IndexOf(free, end, 2);
        Assert.Equal(free[..(first + 1)], Run([3, 1], new GenerationOptions { MaxNewTokens = 8, EndIds = [end], PaddingId = 10 }));
        long[] longer = Run([3, 1], new GenerationOptions { MaxNewTokens = 8, MinNewTokens = first, EndIds = [end] });
        Assert.NotEqual(end, longer[first]);
    }

    [Fact]
    public void No_pair_occurs_twice_where_that_is_forbidden()
    {
        long[] text = Run([3, 1, 4], new GenerationOptions { MaxNewTokens = 18, NoRepeatNgramSize = 2 });
        var pairs = text.Zip(text.Skip(1)).ToArray();
        Assert.Equal(pairs.Length, pairs.Distinct().Count());
    }

    [Fact]
    public void Drawing_from_one_piece_is_taking_the_best_and_draws_follow_the_probabilities()
    {
        long[] greedy = Run([3, 1], new GenerationOptions { MaxNewTokens = 8 });
        Assert.Equal(greedy, Run([3, 1], new GenerationOptions { MaxNewTokens = 8, Sample = true, TopK = 1, Generator = new PhiloxRandom(1) }));
        Assert.Equal(greedy, Run([3, 1], new GenerationOptions { MaxNewTokens = 8, Sample = true, TopP = 1e-9, Generator = new PhiloxRandom(1) }));
        Assert.Equal(greedy, Run([3, 1], new GenerationOptions { MaxNewTokens = 8, Sample = true, MinP = 1, Generator = new PhiloxRandom(1) }));
        var options = new GenerationOptions { Sample = true, Temperature = 2, Generator = new PhiloxRandom(5) };
        float[] scores = [1, 0, 2, -50];
        var counts = new int[4];
        for (int i = 0; i < 20_000; i++) counts[Scores.Draw(scores, options)]++;
        double total = scores.Sum(score => Math.Exp(score / 2));
        for (int i = 0; i < 4; i++) Assert.InRange(counts[i] / 20_000.0 - Math.Exp(scores[i] / 2) / total, -0.015, 0.015);
    }

    [Fact]
    public void Penalties_lower_what_was_there()
    {
        float[] scores = [2, -2, 3, 1];
        Scores.Process(scores, [0, 1, 2, 2], 2, new GenerationOptions { RepetitionPenalty = 2, PresencePenalty = 0.5, FrequencyPenalty = 0.25 });
        Assert.Equal([1, -4, 0.5f, 1], scores);
    }

    [Fact]
    public void Pieces_are_told_as_they_come_and_the_listener_may_stop()
    {
        var heard = new List<int>();
        long[] text = Run([3, 1], new GenerationOptions { MaxNewTokens = 8, OnToken = (_, id) => { heard.Add(id); return heard.Count < 3; } });
        Assert.Equal(5, text.Length);
        Assert.Equal(text[2..], heard.Select(id => (long)id));
    }

    [Fact]
    public void Nonsense_is_refused_by_name()
    {
        Assert.Contains("Temperature is 0", Assert.Throws<ArgumentException>(() => Run([1], new GenerationOptions { Temperature = 0 })).Message, StringComparison.Ordinal);
        Assert.Contains("needs a Generator", Assert.Throws<ArgumentException>(() => Run([1], new GenerationOptions { Sample = true })).Message, StringComparison.Ordinal);
        Assert.Contains("24 positions", Assert.Throws<ArgumentException>(() => Run([1], new GenerationOptions { MaxNewTokens = 99 })).Message, StringComparison.Ordinal);
    }
}
