"""What was charged stays as it was computed, and bands have neither a hole nor an overlap."""

from django.db import migrations

BANDS = """
CREATE FUNCTION nd_bands_are_sound(bands jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT jsonb_typeof(bands) = 'array' AND jsonb_array_length(bands) > 0
        AND bands -> -1 -> 0 = 'null'::jsonb
        AND NOT EXISTS (
            SELECT FROM (
                SELECT no, (band ->> 0)::bigint AS up_to, lag((band ->> 0)::bigint, 1, 0::bigint) OVER (ORDER BY no) AS before
                FROM jsonb_array_elements(bands) WITH ORDINALITY AS one(band, no)
            ) ends
            WHERE no < jsonb_array_length(bands) AND (up_to IS NULL OR up_to <= before)
        )
$$;
ALTER TABLE guarantees_tariff ADD CONSTRAINT bands_are_sound CHECK (nd_bands_are_sound(bands));
"""
NO_BANDS = """
ALTER TABLE guarantees_tariff DROP CONSTRAINT bands_are_sound;
DROP FUNCTION nd_bands_are_sound(jsonb);
"""

PREMIUM = """
CREATE FUNCTION nd_premium_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.version_id IS NOT NULL OR to_jsonb(NEW) - 'version_id' IS DISTINCT FROM to_jsonb(OLD) - 'version_id' THEN
        PERFORM nd_refuse('a premium is frozen');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER premium_is_frozen BEFORE UPDATE ON guarantees_premium
    FOR EACH ROW EXECUTE FUNCTION nd_premium_is_frozen();
CREATE TRIGGER premium_is_never_deleted BEFORE DELETE ON guarantees_premium
    FOR EACH ROW EXECUTE FUNCTION nd_never_deleted();
"""


class Migration(migrations.Migration):
    dependencies = [("guarantees", "0009_tariffs_and_premiums")]

    operations = [
        migrations.RunSQL(BANDS, NO_BANDS),
        migrations.RunSQL(PREMIUM, "DROP FUNCTION nd_premium_is_frozen() CASCADE"),
    ]
