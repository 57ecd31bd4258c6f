namespace Baeum.Text;

/// <content>Characters as tokens.</content>
public sealed partial class Tokenizer
{
    /// <summary>
    /// A tokenizer whose tokens are the characters of a text, numbered in the order of their code points: byte-pair encoding without a merge. Other
    /// characters vanish.
    /// </summary>
    /// <param name="text">Has every character that is to have an id.</param>
    public static Tokenizer FromCharacters(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] characters = [.. text.EnumerateRunes().Distinct().Order().Select(character => character.ToString())];
        return new Tokenizer(new BpeModel(characters.Select((character, id) => KeyValuePair.Create(character, id)), []), decoder: new FuseDecoder());
    }
}
