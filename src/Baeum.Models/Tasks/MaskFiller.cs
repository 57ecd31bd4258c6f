using Baeum.Text;

namespace Baeum.Models;

/// <summary>A piece that may stand where one is hidden.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Token">As the vocabulary writes it.</param>
/// <param name="Probability">From 0 to 1.</param>
public sealed record MaskGuess(int Id, string Token, double Probability);

/// <summary>Says which pieces stand behind the masks of a text.</summary>
public sealed class MaskFiller
{
    private static readonly string[] Known = [nameof(BertForMaskedLM), nameof(BertForPreTraining), nameof(DistilBertForMaskedLM)];

    private readonly int positions, maskId;
    private readonly Func<TextBatch, Tensor> scores;

    private MaskFiller(TaskFolder folder, int positions, Func<TextBatch, Tensor> scores)
    {
        (Tokenizer, this.positions, this.scores) = (folder.Tokenizer, positions, scores);
        Mask = Tokenizer.SpecialToken("mask_token") ?? throw new ModelException($"{folder.Path}: its tokenizer has no token that hides a piece, such as [MASK].");
        maskId = Tokenizer.IdOf(Mask) ?? throw new ModelException($"{folder.Path}: the token '{Mask}' that hides a piece is not in the vocabulary.");
    }

    /// <summary>The model's tokenizer.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>What stands for a hidden piece, such as <c>[MASK]</c>.</summary>
    public string Mask { get; }

    /// <summary>Loads a folder, or OWNER/NAME of the hub.</summary>
    /// <exception cref="ModelException">It is no folder of a masked-language model that is known.</exception>
    /// <exception cref="CheckpointException">The weights do not fit.</exception>
    public static MaskFiller FromPretrained(string folder)
    {
        var opened = TaskFolder.Open(folder, "filling masks", Known);
        switch (opened.Architecture)
        {
            case nameof(BertForMaskedLM):
                var masked = BertForMaskedLM.FromPretrained(opened.Path);
                return new(opened, ((BertConfig)masked.Config).PositionCount, batch => masked.Forward(batch.Ids, batch.AttentionMask, batch.TypeIds));
            case nameof(BertForPreTraining):
                var trained = BertForPreTraining.FromPretrained(opened.Path);
                return new(opened, ((BertConfig)trained.Config).PositionCount, batch => trained.Forward(batch.Ids, batch.AttentionMask, batch.TypeIds).Predictions);
            default:
                var distilbert = DistilBertForMaskedLM.FromPretrained(opened.Path);
                return new(opened, ((DistilBertConfig)distilbert.Config).PositionCount, batch => distilbert.Forward(batch.Ids, batch.AttentionMask));
        }
    }

    /// <summary>The likeliest pieces behind each mask.</summary>
    /// <param name="text">With at least one <see cref="Mask"/>.</param>
    /// <param name="count">How many for each mask.</param>
    /// <returns>For each mask from left to right its pieces, the likeliest first.</returns>
    /// <exception cref="ArgumentException">The text has no mask, or more pieces than the model has positions.</exception>
    public IReadOnlyList<IReadOnlyList<MaskGuess>> Fill(string text, int count = 5)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        TextBatch batch = TextBatch.Of(Tokenizer, [text], int.MaxValue);
        long[] ids = batch.Ids.ToArray<long>();
        int[] places = [.. Enumerable.Range(0, ids.Length).Where(i => ids[i] == maskId)];
        if (places.Length == 0) throw new ArgumentException($"MaskFiller.Fill: the text has no {Mask}; write it where the hidden piece is.", nameof(text));
        if (ids.Length > positions) throw new ArgumentException($"MaskFiller.Fill: the text's {ids.Length} pieces are more than the model's {positions} positions; shorten it.", nameof(text));
        using var quiet = Autograd.NoGrad();
        Tensor probabilities = scores(batch).Select(0, 0).Softmax(-1);          // [time, vocabulary]
        return [.. places.Select(place => Best(probabilities.Select(0, place).ToArray<float>(), count))];
    }

    private IReadOnlyList<MaskGuess> Best(float[] probabilities, int count) =>
        [.. Enumerable.Range(0, probabilities.Length).OrderByDescending(id => probabilities[id]).Take(count).Select(id => new MaskGuess(id, Tokenizer.TokenOf(id) ?? "", probabilities[id]))];
}
