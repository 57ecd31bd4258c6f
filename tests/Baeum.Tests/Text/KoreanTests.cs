using Baeum.Text;
using CsCheck;

namespace Baeum.Tests;

public class KoreanTests
{
    [Theory]
    [InlineData("한글", "ㅎㅏㄴㄱㅡㄹ")]
    [InlineData("닭이 왔다!", "ㄷㅏㄺㅇㅣ ㅇㅘㅆㄷㅏ!")]
    [InlineData("ㅋㅋ abc", "ㅋㅋ abc")]
    public void Syllables_split_into_letters_and_join_again(string text, string letters)
    {
        Assert.Equal(letters, Hangul.Split(text));
        Assert.Equal(text, Hangul.Join(letters));
    }

    [Fact]
    public void Every_syllable_survives_the_way_through_its_letters()
    {
        for (char c = '가'; c <= '힣'; c++)
        {
            (char lead, char vowel, char tail) = Hangul.Split(c);
            Assert.Equal(c, Hangul.Join(lead, vowel, tail));
            Assert.Equal(tail != '\0', Hangul.HasTail(c));
            Assert.Equal(c.ToString(), Hangul.Join(Hangul.Split(c.ToString(), '-'), '-'));
        }
    }

    [Fact]
    public void Words_of_syllables_survive_with_a_sign_for_empty_tails() =>
        Gen.Int['가', '힣'].Array.Select(codes => string.Concat(codes.Select(code => (char)code))).Sample(text => Hangul.Join(Hangul.Split(text, '-'), '-') == text);

    [Fact]
    public void An_empty_tail_gives_every_syllable_three_letters() => Assert.Equal("ㄴㅏ-ㅁㅜ-ㅅㅏㄴ", Hangul.Split("나무산", '-'));

    [Fact]
    public void Bigrams_stay_within_runs_and_initials_are_the_first_letters()
    {
        Assert.Equal(["자연", "연어", "처리", "책"], Hangul.Bigrams("자연어 처리 AI 책"));
        Assert.Equal("ㄷㄹㄴ!", Hangul.Initials("딥러닝!"));
    }

    [Theory]
    [InlineData("학교에서는", "학교", "에서는")]
    [InlineData("사람이", "사람", "이")]
    [InlineData("영화를", "영화", "를")]
    [InlineData("친구들에게", "친구", "들에게")]
    [InlineData("나는", "나는", "")]
    [InlineData("전문가", "전문가", "")]
    [InlineData("GPU는", "GPU는", "")]
    [InlineData("서울로", "서울", "로")]
    public void Particles_are_stripped_where_their_form_fits(string word, string stem, string particle)
    {
        (string gotStem, string gotParticle) = KoreanParticles.Split(word);
        // a rule without a dictionary cannot know that the 가 of 전문가 belongs to the word: 전문 ends in a consonant, which saves it
        Assert.Equal((stem, particle), (gotStem, gotParticle));
    }
}

public class CleaningTests
{
    [Theory]
    [InlineData("Dr. Kim arrived at 3.15 p.m. on Monday. He said: \"Hello!\" Then he left.", new[] { "Dr. Kim arrived at 3.15 p.m. on Monday.", "He said: \"Hello!\"", "Then he left." })]
    [InlineData("영화가 재미있었다. 다시 볼까? 네!", new[] { "영화가 재미있었다.", "다시 볼까?", "네!" })]
    [InlineData("제목\n\n첫 문장이다.", new[] { "제목", "첫 문장이다." })]
    [InlineData("J. K. Rowling wrote it", new[] { "J. K. Rowling wrote it" })]
    [InlineData("", new string[0])]
    public void Sentences_end_where_a_reader_would_end_them(string text, string[] sentences) => Assert.Equal(sentences, SentenceSplitter.Split(text));

    [Fact]
    public void No_text_is_lost_between_sentences() => Gen.String[Gen.Char["ab .!?\n\"가나A1"], 0, 40].Sample(text =>
    {
        static string Bare(string s) => string.Concat(s.Where(c => !char.IsWhiteSpace(c)));
        return Bare(text) == Bare(string.Concat(SentenceSplitter.Split(text)));
    });

    [Fact]
    public void Each_step_of_cleaning_does_one_thing()
    {
        Assert.Equal("가", TextCleaner.Normalize("\u1100\u1161"));
        Assert.Equal("ABC1", TextCleaner.Normalize("ＡＢＣ１", compatible: true));
        Assert.Equal("cafe 한글", TextCleaner.StripAccents("café 한글"));
        Assert.Equal(" 3 < 5  & 6 ", TextCleaner.StripMarkup("<b>3 &lt; 5</b> &amp; 6<br/>"));
        Assert.Equal("ㅋㅋ so goo!", TextCleaner.LimitRepeats("ㅋㅋㅋㅋㅋ so gooooo!"));
        Assert.Equal("a b", TextCleaner.CollapseSpaces("\t a \n\n b "));
        Assert.Equal(["I", "don't", "know", "딥러닝", "3"], TextCleaner.Words("I don't know: 딥러닝 (3)!"));
    }

    [Fact]
    public void Broken_surrogates_are_replaced_rather_than_refused() => Assert.Equal("a\uFFFDb", TextCleaner.Normalize("a\uD800b"));

    // the examples of Porter's paper, and longer words through all steps
    [Theory]
    [InlineData("caresses", "caress")]
    [InlineData("ponies", "poni")]
    [InlineData("cats", "cat")]
    [InlineData("feed", "feed")]
    [InlineData("agreed", "agre")]
    [InlineData("sing", "sing")]
    [InlineData("conflated", "conflat")]
    [InlineData("hopping", "hop")]
    [InlineData("falling", "fall")]
    [InlineData("filing", "file")]
    [InlineData("happy", "happi")]
    [InlineData("sky", "sky")]
    [InlineData("relational", "relat")]
    [InlineData("conditional", "condit")]
    [InlineData("rational", "ration")]
    [InlineData("electrical", "electr")]
    [InlineData("hopefulness", "hope")]
    [InlineData("adjustment", "adjust")]
    [InlineData("adoption", "adopt")]
    [InlineData("probate", "probat")]
    [InlineData("rate", "rate")]
    [InlineData("cease", "ceas")]
    [InlineData("controll", "control")]
    [InlineData("roll", "roll")]
    [InlineData("generalizations", "gener")]
    [InlineData("oscillators", "oscil")]
    [InlineData("학교", "학교")]
    public void The_stemmer_agrees_with_its_paper(string word, string stem) => Assert.Equal(stem, PorterStemmer.Stem(word));
}
