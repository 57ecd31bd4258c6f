using Baeum.Text;

namespace Baeum.Models;

/// <summary>Puts texts into the classes of a fine-tuned model folder.</summary>
public sealed class TextClassifier
{
    private static readonly string[] Known = [nameof(BertForSequenceClassification), nameof(DistilBertForSequenceClassification)];

    private readonly Func<TextBatch, Tensor> scores;

    private TextClassifier(Tokenizer tokenizer, ModelConfig config, int positions, Func<TextBatch, Tensor> scores) =>
        (Tokenizer, Labels, MaxLength, this.scores) = (tokenizer, config.Labels, positions, scores);

    /// <summary>The names of the classes by number.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>The model's tokenizer.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>Texts are cut to so many pieces.</summary>
    public int MaxLength { get; }

    /// <summary>Loads a folder, or OWNER/NAME of the hub.</summary>
    /// <exception cref="ModelException">It is no folder of a classifier that is known.</exception>
    /// <exception cref="CheckpointException">The weights do not fit.</exception>
    public static TextClassifier FromPretrained(string folder)
    {
        var opened = TaskFolder.Open(folder, "classification", Known);
        if (opened.Architecture == nameof(BertForSequenceClassification))
        {
            var bert = BertForSequenceClassification.FromPretrained(opened.Path);
            return new(opened.Tokenizer, bert.Config, ((BertConfig)bert.Config).PositionCount, batch => bert.Forward(batch.Ids, batch.AttentionMask, batch.TypeIds));
        }
        var distilbert = DistilBertForSequenceClassification.FromPretrained(opened.Path);
        return new(opened.Tokenizer, distilbert.Config, ((DistilBertConfig)distilbert.Config).PositionCount, batch => distilbert.Forward(batch.Ids, batch.AttentionMask));
    }

    /// <summary>How likely each class is.</summary>
    /// <param name="texts">At least one, none of them empty; computed together.</param>
    /// <returns>Float32 [texts, classes]; each row sums to 1.</returns>
    /// <exception cref="ArgumentException">There is no text, or one is empty.</exception>
    public Tensor Classify(IReadOnlyList<string> texts)
    {
        TaskFolder.CheckTexts("TextClassifier.Classify", texts);
        using var quiet = Autograd.NoGrad();
        return scores(TextBatch.Of(Tokenizer, texts, MaxLength, Tokenizer.SpecialId("pad_token") ?? 0)).Softmax(-1);
    }
}
