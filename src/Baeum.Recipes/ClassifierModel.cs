using Baeum.Models;
using Baeum.Text;

namespace Baeum.Recipes;

/// <summary>A model that puts texts into classes, whichever family it is of, with its tokenizer.</summary>
/// <param name="Model">The model.</param>
/// <param name="Tokenizer">Its tokenizer.</param>
/// <param name="Forward">The scores of a batch, [batch, classes].</param>
internal sealed record ClassifierModel(PretrainedModel Model, Tokenizer Tokenizer, Func<TextBatch, Tensor> Forward)
{
    internal static readonly string[] Families = ["bert", "distilbert"];

    internal IReadOnlyList<string> Labels => Model.Config.Labels;

    internal int PaddingId => Tokenizer.SpecialId("pad_token") ?? 0;

    /// <summary>Loads a folder; with labels, for these classes, where the folder has others or none with a new layer.</summary>
    internal static ClassifierModel Load(string folder, IReadOnlyList<string>? labels, RandomGenerator generator)
    {
        ConfigFile config = ConfigFile.Read(folder);
        Tokenizer tokenizer = Tokenizer.FromPretrained(folder);
        string family = config.Word("model_type");
        switch (family)
        {
            case "bert":
                var bert = BertForSequenceClassification.FromPretrained(folder, labels, generator);
                return new(bert, tokenizer, batch => bert.Forward(batch.Ids, batch.AttentionMask, batch.TypeIds));
            case "distilbert":
                var distilbert = DistilBertForSequenceClassification.FromPretrained(folder, labels, generator);
                return new(distilbert, tokenizer, batch => distilbert.Forward(batch.Ids, batch.AttentionMask));
            default:
                throw new RecipeException($"{folder}: a model of the type '{family}' cannot put texts into classes here; {string.Join(" and ", Families)} can.");
        }
    }

    /// <summary>A new BERT.</summary>
    internal static ClassifierModel Create(BertConfig config, Tokenizer tokenizer, RandomGenerator generator)
    {
        var bert = new BertForSequenceClassification(ParamScope.Random(generator), config);
        return new(bert, tokenizer, batch => bert.Forward(batch.Ids, batch.AttentionMask, batch.TypeIds));
    }

    /// <summary>Writes the folder.</summary>
    internal void Save(string folder, bool halfPrecision) => Model.Save(folder, Tokenizer, halfPrecision);
}
