using System.Collections.Frozen;

namespace Baeum.Text;

/// <summary>Words so common that they tell texts apart badly.</summary>
public static class StopWords
{
    /// <summary>English articles, pronouns, prepositions, conjunctions and auxiliary verbs, in small letters.</summary>
    public static FrozenSet<string> English { get; } = Set("""
        a about above after again against all am an and any are as at be because been before being below between both but by can cannot could did do does doing down during each
        few for from further had has have having he her here hers herself him himself his how i if in into is it its itself just me more most my myself no nor not now of off on
        once only or other our ours ourselves out over own same she should so some such than that the their theirs them themselves then there these they this those through to too
        under until up very was we were what when where which while who whom why will with would you your yours yourself yourselves
        """);

    /// <summary>Korean pronouns, adverbs, conjunctions and dependent nouns; particles are stripped by <see cref="KoreanParticles"/>.</summary>
    public static FrozenSet<string> Korean { get; } = Set("""
        이 그 저 이것 그것 저것 여기 거기 저기 나 너 우리 저희 그녀 것 수 때 등 및 좀 잘 더 덜 또 또는 즉 그리고 그러나 그런데 그래서 하지만 따라서 그러면 만약 매우 아주 너무 정말 진짜 다 모두 각 각각
        이런 그런 저런 어떤 무슨 왜 어떻게 언제 어디 누구 무엇 있다 없다 하다 되다 이다 아니다 같다 있는 없는 하는 되는 한 할 함 위해 대해 통해 의해 때문 때문에 대한 위한 통한 경우 정도 지금 다시 이미 아직 바로 거의
        """);

    private static FrozenSet<string> Set(string words) => words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);
}
