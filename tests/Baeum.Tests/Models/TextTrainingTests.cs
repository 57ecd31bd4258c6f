using Baeum.Models;
using Baeum.Text;
using CsCheck;

namespace Baeum.Tests.Models;

public sealed class TextTrainingTests
{
    private static readonly Gen<int[]> Ids = Gen.Int[10, 99].Array[2, 60];

    private static readonly string[] Texts = ["red", "green blue", "cyan pink grey black", ""];

    private static Tokenizer Words() => new TokenizerTrainer { Kind = TokenizerKind.WordPiece, VocabularySize = 60, MinimumFrequency = 1 }.Train(["red green blue cyan pink grey black white"]);

    [Fact]
    public void Of_the_pieces_15_percent_are_chosen_80_10_10()
    {
        Tokenizer tokenizer = Words();
        var collator = new MaskedLanguageCollator(tokenizer.IdOf("[MASK]")!.Value, tokenizer.VocabularySize);
        var generator = new PhiloxRandom(1);
        var texts = tokenizer.EncodeBatch([.. Enumerable.Repeat("red green blue cyan pink grey black white red green", 200)]);
        for (int i = 0; i < 20; i++) collator.Collate(texts, generator);
        MaskingCounts counts = collator.Counts;
        Assert.True(counts.Pieces >= 40_000);
        Assert.Equal(0.15, (double)counts.Chosen / counts.Pieces, 0.01);
        Assert.Equal(0.8, (double)counts.Masked / counts.Chosen, 0.03);
        Assert.Equal(0.1, (double)counts.Replaced / counts.Chosen, 0.03);
        Assert.Equal(0.1, (double)counts.Kept / counts.Chosen, 0.03);
    }

    [Fact]
    public void Only_chosen_pieces_change_and_never_marks_or_padding() =>
        Gen.Select(Gen.Int[0, 3].Array[1, 6], Gen.UInt).Sample((kinds, seed) =>
        {
            string[] texts = Array.ConvertAll(kinds, kind => Texts[kind]);
            Tokenizer tokenizer = Words();
            int mask = tokenizer.IdOf("[MASK]")!.Value;
            var encodings = tokenizer.EncodeBatch(texts);
            long[] before = TextBatch.Of(encodings).Ids.ToArray<long>();
            MaskedBatch batch = new MaskedLanguageCollator(mask, tokenizer.VocabularySize, 0.4).Collate(encodings, new PhiloxRandom(seed));
            long[] after = batch.Input.Ids.ToArray<long>(), places = batch.Places.ToArray<long>();
            int length = batch.Input.Ids.Shape[1];
            Assert.Equal(before.Where((_, i) => !places.Contains(i)), after.Where((_, i) => !places.Contains(i)));
            Assert.Equal(places.Select(place => before[place]), batch.Targets.ToArray<long>());
            foreach (long place in places)
            {
                var (row, t) = ((int)place / length, (int)place % length);
                Assert.True(t < encodings[row].Count && encodings[row].SpecialTokensMask[t] == 0);
            }
            // a batch without a chosen piece would have no loss
            Assert.Equal(encodings.Any(encoding => encoding.SpecialTokensMask.Contains(0)), places.Length > 0);
        }, iter: 200);

    [Fact]
    public void Spans_and_text_are_together_the_whole() => Gen.Select(Ids, Gen.UInt).Sample((ids, seed) =>
    {
        int[] sentinels = [200, 201, 202, 203];
        var (inputs, targets) = new SpanCorruption(sentinels, endId: 1).Corrupt(ids, new PhiloxRandom(seed));
        Assert.Equal((1, 1), (inputs[^1], targets[^1]));
        var spans = new Dictionary<int, List<int>>();
        foreach (int id in targets[..^1])
        {
            if (sentinels.Contains(id)) spans.Add(id, []);
            else spans[sentinels[spans.Count - 1]].Add(id);
        }
        Assert.All(spans.Values, span => Assert.NotEmpty(span));
        Assert.Equal(ids, inputs[..^1].SelectMany(id => spans.TryGetValue(id, out var span) ? span : [id]));
        Assert.Equal(Math.Clamp((int)Math.Round(0.15 * ids.Length), 1, ids.Length - 1), spans.Values.Sum(span => span.Count));
    }, iter: 300);

    [Fact]
    public void Every_place_is_as_likely_to_be_taken_out()
    {
        int[] ids = [.. Enumerable.Range(0, 20)], taken = new int[20];
        var generator = new PhiloxRandom(2);
        var corruption = new SpanCorruption([100, 101, 102, 103], density: 0.3, meanLength: 2);
        for (int i = 0; i < 4000; i++)
        {
            foreach (int id in corruption.Corrupt(ids, generator).Targets.Where(id => id < 100)) taken[id]++;
        }
        // the first piece always stays and the last is always taken; between them it is even
        Assert.Equal((0, 4000), (taken[0], taken[^1]));
        Assert.All(taken[4..^5], count => Assert.InRange(count / 4000.0, 0.15, 0.45));
    }

    [Fact]
    public void Half_of_the_pairs_follow_and_strangers_come_from_other_documents()
    {
        string[][] documents = [["a0", "a1", "a2"], ["b0", "b1"], ["c0"], []];
        var pairs = new NextSentencePairs<string>(documents);
        Assert.Equal(3, pairs.Count);
        var generator = new PhiloxRandom(3);
        int follows = 0;
        var strangers = new HashSet<string>();
        for (int i = 0; i < 3000; i++)
        {
            var (first, second, isNext) = pairs.Draw(i % 3, generator);
            if (isNext)
            {
                follows++;
                Assert.Equal(first[0], second[0]);
                Assert.Equal(first[1] + 1, second[1]);
            }
            else
            {
                Assert.NotEqual(first[0], second[0]);
                strangers.Add(second);
            }
        }
        Assert.InRange(follows, 1400, 1600);
        Assert.Equal(6, strangers.Count);
        Assert.Throws<ArgumentException>(() => new NextSentencePairs<string>([["a", "b"]]));
    }

    [Fact]
    public void Grouped_batches_hold_every_example_once_and_pad_less() => Gen.Select(Gen.Int[1, 80].Array[1, 400], Gen.Int[1, 40], Gen.UInt).Sample((lengths, batchSize, seed) =>
    {
        var batches = new LengthGroupedBatches(lengths, batchSize, new PhiloxRandom(seed));
        int[][] first = [.. batches];
        Assert.Equal(batches.Count, first.Length);
        Assert.Equal(Enumerable.Range(0, lengths.Length), first.SelectMany(batch => batch).Order());
        Assert.Equal(Math.Max(0, first.Length - 1), first.Count(batch => batch.Length == batchSize) - (lengths.Length % batchSize == 0 ? 1 : 0));
        int Padded(IEnumerable<int[]> some) => some.Sum(batch => batch.Length * batch.Max(i => lengths[i]));
        int random = Padded(new PhiloxRandom(seed).Permutation(lengths.Length).Chunk(batchSize));
        Assert.True(Padded(first) <= random + batchSize * 80);
    }, iter: 200);

    [Fact]
    public void Biases_and_norms_do_not_decay()
    {
        var model = new BertForSequenceClassification(ParamScope.Random(1), new BertConfig(20, 8, 1, 2, 16, 10));
        ParameterGroup[] groups = [.. DecayGroups.Of(model, 0.1)];
        string[] still = [.. model.NamedParameters().Where(entry => groups[1].Parameters.Contains(entry.Value)).Select(entry => entry.Name)];
        Assert.All(still, name => Assert.True(name.EndsWith("bias", StringComparison.Ordinal) || name.Contains("LayerNorm", StringComparison.Ordinal), name));
        Assert.Equal(model.Parameters().Length, groups.Sum(group => group.Parameters.Count));
        Assert.Equal((0.1, 0.0), (groups[0].WeightDecay, groups[1].WeightDecay));
    }

    [Fact]
    public void Labels_are_padded_and_shifted()
    {
        Tensor labels = LabelPadding.Pad([[5, 6, 1], [7, 1]]);
        Assert.Equal([5, 6, 1, 7, 1, -100], labels.ToArray<long>());
        Assert.Equal([0, 5, 6, 0, 7, 1], LabelPadding.ShiftRight(labels, startId: 0, paddingId: 3).ToArray<long>());
        Tensor longer = LabelPadding.Pad([[5, 6, 1, 8], [7]]);
        Assert.Equal([0, 5, 6, 1, 0, 7, 3, 3], LabelPadding.ShiftRight(longer, startId: 0, paddingId: 3).ToArray<long>());
    }
}
