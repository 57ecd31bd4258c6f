using Baeum.Models;

namespace Baeum.Recipes;

/// <summary>The sizes of a new BERT, as the section <c>model</c> of a recipe gives them.</summary>
internal static class BertSizes
{
    internal static BertConfig Read(RecipeSection section)
    {
        int hidden = section.Int("hidden_size"), heads = section.Int("heads");
        if (hidden % heads != 0) throw section.Error("heads", FormattableString.Invariant($"{heads} do not divide hidden_size, which is {hidden}."));
        double dropout = section.Number("dropout", 0.1, most: 0.99);
        return new(section.Int("vocabulary", least: 32), hidden, section.Int("layers"), heads, section.Int("intermediate_size", 4 * hidden), section.Int("positions", 128, least: 8),
            Dropout: dropout, AttentionDropout: dropout);
    }
}
